"""Wraps the prose of a Markdown document to the length of lines that the project keeps."""

from __future__ import annotations

import re
from textwrap import fill

MAX_LINE = 118
"""Characters."""
_VERBATIM = ("|", "#", "```", "!", "    ")
"""How paragraphs begin that stay as they are: tables, headings, code and figures."""
_ITEM = re.compile(r"(?:[-*]|\d+\.) ")


def wrapped(text: str) -> str:
    """The document with paragraphs and list items of more than ``MAX_LINE`` characters wrapped."""
    return "\n\n".join(map(_wrapped_part, text.split("\n\n")))


def _wrapped_part(part: str) -> str:
    if part.startswith(_VERBATIM) or all(len(line) <= MAX_LINE for line in part.split("\n")):
        return part
    items = re.split(r"\n(?=(?:[-*]|\d+\.) )", part)
    return "\n".join(_filled(item) for item in items)


def _filled(item: str) -> str:
    mark = _ITEM.match(item)
    return fill(
        " ".join(item.split()),
        MAX_LINE,
        subsequent_indent=" " * len(mark.group()) if mark else "",
        break_long_words=False,
        break_on_hyphens=False,
    )
