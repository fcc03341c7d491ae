"""The parts of the web page: what ``web/package-lock.json`` pins and the build puts into it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.supply_chain.locks import ROOT

LOCK = ROOT / "web" / "package-lock.json"
BUILD_TOOLS = frozenset({"vite"})
"""Dependencies that build the page, and of which nothing is in it."""
_FOLDER = "node_modules/"
_SHA_512 = "sha512-"


@dataclass(frozen=True, slots=True)
class PagePart:
    """One package of npm.

    Attributes:
        name: with its scope, if it has one.
        version: the one that is pinned.
        sha512: digest of its file, in hex.
        licence: as an SPDX expression.
        requires: names of other parts.
        is_direct: whether the page itself asks for it.
    """

    name: str
    version: str
    sha512: str
    licence: str
    requires: tuple[str, ...]
    is_direct: bool


def page_parts(lock: Path = LOCK) -> list[PagePart]:
    """All parts that the built page holds, by name."""
    packages: dict[str, Any] = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    direct = packages[""]["dependencies"].keys() - BUILD_TOOLS
    return [
        _part(name, packages[_FOLDER + name], is_direct=name in direct)
        for name in sorted(set(_with_required(direct, packages)))
    ]


def _with_required(names: Iterable[str], packages: dict[str, Any]) -> Iterator[str]:
    for name in names:
        yield name
        yield from _with_required(_required(packages[_FOLDER + name]), packages)


def _required(package: dict[str, Any]) -> tuple[str, ...]:
    return tuple(package.get("dependencies", {}))


def _part(name: str, package: dict[str, Any], *, is_direct: bool) -> PagePart:
    digest = base64.b64decode(package["integrity"].removeprefix(_SHA_512)).hex()
    licence = package["license"]
    return PagePart(name, package["version"], digest, licence, _required(package), is_direct)
