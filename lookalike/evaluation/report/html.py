"""Formats a report as one HTML file that contains its plots and needs no other file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from importlib import resources
from string import Template

from lookalike.evaluation.report.document import Document, Figure, Figures, Section, Table


def html(document: Document) -> str:
    """The whole report as HTML."""
    page = resources.files(__package__).joinpath("page.html").read_text("utf-8")
    parts = [
        f"<header><h1>{escape(document.title)}</h1>{_prose(document.text)}</header>",
        _contents(document.sections),
        *map(_section, document.sections),
    ]
    return Template(page).substitute(title=escape(document.title), body="\n".join(parts))


def _contents(sections: Sequence[Section]) -> str:
    links = [f'<a href="#{_anchor(s.title)}">{escape(s.title)}</a>' for s in sections]
    return f"<nav>{' '.join(links)}</nav>"


def _anchor(title: str) -> str:
    return re.sub(r"\W+", "-", title.lower()).strip("-")


def _section(section: Section) -> str:
    head = f"<h2>{escape(section.title)}</h2>{_prose(section.text)}"
    parts = "".join(map(_part, section.parts))
    return f'<section id="{_anchor(section.title)}">{head}{parts}</section>'


def _part(part: Table | Figures) -> str:
    if isinstance(part, Table):
        return _table(part)
    kind = "wide" if part.are_wide else "figures"
    return f'<div class="{kind}">{"".join(map(_figure, part.figures))}</div>'


def _prose(text: str) -> str:
    """Paragraphs, lists and code blocks of Markdown, as far as reports use them."""
    parts = []
    for block in filter(None, text.split("\n\n")):
        if block.startswith("    "):
            parts.append(f"<pre>{escape(block.strip())}</pre>")
        elif block.startswith("- "):
            items = [f"<li>{_inline(item)}</li>" for item in block[2:].split("\n- ")]
            parts.append(f"<ul>{''.join(items)}</ul>")
        else:
            parts.append(f"<p>{_inline(block)}</p>")
    return "".join(parts)


def _inline(text: str) -> str:
    marked = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))
    marked = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", marked)
    return re.sub(r"(?<!\w)\*([^*]+)\*", r"<em>\1</em>", marked)


def _figure(figure: Figure) -> str:
    drawing = figure.svg[figure.svg.index("<svg") :]
    label = f'<svg role="img" aria-label="{escape(figure.alt)}"'
    title = f"<figcaption>{escape(figure.title)}</figcaption>"
    return f"<figure>{title}{drawing.replace('<svg', label, 1)}</figure>"


def _table(table: Table) -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{_inline(cell)}</td>" for cell in row) + "</tr>"
        for row in table.rows
    )
    title = f"<h3>{escape(table.title)}</h3>" if table.title else ""
    return (
        f'{title}<div class="table"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )
