"""A report of duplicates as one HTML file that needs no other file and no network."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Sequence
from importlib import resources

from lookalike.duplicates.groups import Group

MAX_GROUPS = 10_000
"""Groups that a report lists, the largest ones: a browser holds all of them in memory."""
FEW_PICTURES = 2_000
LARGE, SMALL = 192, 96
"""Pixels of the long side of thumbnails, where there are few pictures and where there are many: a
report of 25,000 pictures has some 50 MB."""


def report(groups: Sequence[Group], total: int) -> str:
    """The whole report.

    Args:
        groups: with thumbnails; at most ``MAX_GROUPS``.
        total: how many groups there are in all.
    """
    page = resources.files(__package__).joinpath("report.html").read_text("utf-8")
    data = json.dumps({"groups": groups, "total": total}, ensure_ascii=False)
    # Nothing in the data can end the element that holds it, or begin another one.
    harmless = data.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return page.replace("{{policy}}", _policy(page)).replace("{{data}}", harmless)


def thumbnail_side(groups: Sequence[Group]) -> int:
    """The size of thumbnails for these groups, in pixels."""
    pictures = sum(len(group["pictures"]) for group in groups)
    return LARGE if pictures <= FEW_PICTURES else SMALL


def _policy(page: str) -> str:
    """The content security policy: this page's own script and style, pictures within it, no more.

    https://www.w3.org/TR/CSP3/#framework-directive-source-list
    """
    [style] = re.findall("<style>(.*?)</style>", page, re.DOTALL)
    [script] = re.findall("<script>(.*?)</script>", page, re.DOTALL)
    return (
        f"default-src 'none'; img-src data:; style-src '{_digest(style)}'; "
        f"script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'"
    )


def _digest(source: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(source.encode()).digest()).decode()}"
