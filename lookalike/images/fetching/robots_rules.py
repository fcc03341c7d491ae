"""Reads a robots.txt: what a host asks of programs that fetch from it.

By RFC 9309, https://www.rfc-editor.org/rfc/rfc9309; ``Crawl-delay`` is an older custom beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_letters, digits
from typing import Self
from urllib.parse import quote

MAX_READ_BYTES = 512_000
"""What is behind is not read; section 2.5 asks for 500 KiB at least."""
PRODUCT_TOKEN = "lookalike"  # noqa: S105 - no secret
"""Our name in files and, with a capital, in ``User-Agent``."""
_EVERYBODY = "*"
_READ_GROUPS = frozenset({PRODUCT_TOKEN, _EVERYBODY})
_RULES = frozenset({"allow", "disallow", "crawl-delay"})
_LINE = re.compile(r"\s*([a-z-]+?)\s*:([^#]*)", re.IGNORECASE)
_TOKEN = re.compile(r"\*|[a-z_-]*", re.IGNORECASE)
_BREAK = re.compile(r"\r\n|\r|\n")
_UNRESERVED = frozenset(ascii_letters + digits + "-._~")
_ESCAPE = re.compile("%([0-9a-fA-F]{2})")
_KEPT = "%:/?#[]@!&'()+,;=*$"


@dataclass(frozen=True, slots=True)
class _Rule:
    """What is asked about paths.

    Attributes:
        allows: whether they may be fetched.
        pieces: of their beginning, between any characters.
        ends: whether they end with the last piece.
        length: in characters; the longest rule decides.
    """

    allows: bool
    pieces: tuple[str, ...]
    ends: bool
    length: int

    @classmethod
    def of(cls, path: str, *, allows: bool) -> Self:
        """The rule about a path as it is written in the file."""
        normal = _normal(path)
        body = normal.removesuffix("$")
        pieces = tuple(body.replace("$", "%24").split("*"))
        return cls(allows, pieces, body != normal, len(normal))

    def is_about(self, path: str) -> bool:
        """Return whether a path fits, in time that grows with its length alone."""
        first, *others = self.pieces
        if not path.startswith(first):
            return False
        end, ending = len(first), others.pop() if others and self.ends else None
        for piece in others:
            found = path.find(piece, end)
            if found < 0:
                return False
            end = found + len(piece)
        if ending is None:
            return not self.ends or end == len(path)
        return path.endswith(ending) and end + len(ending) <= len(path)


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """What a host asks of us.

    Attributes:
        rules: those about paths, the most important one first.
        crawl_delay: seconds between two requests; 0 where it names none.
    """

    rules: tuple[_Rule, ...] = ()
    crawl_delay: float = 0.0

    @classmethod
    def read(cls, content: bytes) -> Self:
        """The rules of a file for us, or else for everybody; what cannot be read is passed over."""
        groups = _groups(content[:MAX_READ_BYTES].decode("utf-8-sig", "replace"))
        lines = groups.get(PRODUCT_TOKEN, groups.get(_EVERYBODY, []))
        rules = [
            _Rule.of(value, allows=name == "allow")
            for name, value in lines
            if value and name != "crawl-delay"
        ]
        rules.sort(key=lambda rule: (rule.length, rule.allows), reverse=True)
        delays = (_seconds(value) for name, value in lines if name == "crawl-delay")
        return cls(tuple(rules), max(delays, default=0.0))

    def allows(self, target: str) -> bool:
        """Return whether a path with its query may be fetched."""
        path = _normal(target).replace("*", "%2A").replace("$", "%24")
        return next((rule.allows for rule in self.rules if rule.is_about(path)), True)


def _groups(text: str) -> dict[str, list[tuple[str, str]]]:
    """The lines for us and for everybody, where there are some; groups of one name are one."""
    groups = dict[str, list[tuple[str, str]]]()
    names, is_named = set[str](), False
    for key, value in _lines(text):
        if key == "user-agent":
            names = (names if is_named else set()) | ({_token(value)} & _READ_GROUPS)
            is_named = True
            for name in names:
                groups.setdefault(name, [])
        elif key in _RULES:
            is_named = False
            for name in names:
                groups[name].append((key, value))
    return groups


def _token(value: str) -> str:
    match = _TOKEN.match(value)
    return match[0].lower() if match else ""


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in _BREAK.split(text):
        match = _LINE.match(line)
        if match:
            yield match[1].lower(), match[2].strip()


def _normal(path: str) -> str:
    """A path as it is compared: escaped where needed and nowhere else (section 2.2.2)."""
    escaped = quote(path, safe=_KEPT)
    return _ESCAPE.sub(_unescaped, escaped)


def _unescaped(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        return 0.0
    return seconds if 0 <= seconds < float("inf") else 0.0
