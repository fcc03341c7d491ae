"""Formats a report as Markdown that refers to its plots as files."""

from __future__ import annotations

from collections.abc import Sequence

from lookalike.evaluation.report.document import Document, Figures, Section, Table
from lookalike.evaluation.report.line_length import wrapped


def markdown(document: Document) -> str:
    """The whole report as Markdown."""
    parts = [f"# {document.title}", document.text, *map(_section, document.sections)]
    return wrapped("\n\n".join(part for part in parts if part)) + "\n"


def _section(section: Section) -> str:
    parts = [f"## {section.title}", section.text, *map(_part, section.parts)]
    return "\n\n".join(part for part in parts if part)


def _part(part: Table | Figures) -> str:
    if isinstance(part, Table):
        return _table(part)
    return "\n\n".join(f"![{figure.alt}]({figure.name}.svg)" for figure in part.figures)


def _table(table: Table) -> str:
    lines = [_row(table.columns), "|---" + "|--:" * (len(table.columns) - 1) + "|"]
    lines += [_row(row) for row in table.rows]
    text = "\n".join(lines)
    return f"### {table.title}\n\n{text}" if table.title else text


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
