"""The requirements files that ``make lock`` writes: every library with its version and digests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
RUNNING = ROOT / "requirements.txt"
"""What one machine needs."""
FUNCTIONS = ROOT / "requirements-aws.txt"
"""What the functions on AWS need, and one machine."""
BUILD = ROOT / "requirements-build.txt"
"""What building the package needs."""
DEVELOPMENT = ROOT / "requirements-dev.txt"
"""All of these, and what tests, measurements and deployments need."""

_HASH = "--hash=sha256:"


@dataclass(frozen=True, slots=True)
class Pin:
    """One library of a requirements file.

    Attributes:
        requirement: its name, its one version, and where it is needed at all.
        digests: SHA-256 in hex of the files that may be installed, one for each platform.
        wanted_by: the libraries that require it; ``lookalike`` where we do.
    """

    requirement: Requirement
    digests: tuple[str, ...]
    wanted_by: tuple[str, ...]

    @property
    def name(self) -> str:
        """The normalised name."""
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        """The one version that may be installed; empty where several may."""
        exact = re.fullmatch(r"==([^,*]+)", str(self.requirement.specifier))
        return exact[1] if exact else ""


def pins(path: Path) -> list[Pin]:
    """The libraries of a requirements file, by name."""
    return [*_pins(path.read_text(encoding="utf-8"))]


def _pins(text: str) -> Iterator[Pin]:
    for block in filter(None, re.split(r"^(?=[^\s#])", text, flags=re.MULTILINE)):
        first, *lines = (line.strip(" \\") for line in block.splitlines())
        digests = (line.removeprefix(_HASH) for line in lines if line.startswith(_HASH))
        comments = (line.removeprefix("#").strip() for line in lines if line.startswith("#"))
        wanted_by = (comment.removeprefix("via").split("(")[0].strip() for comment in comments)
        names = (name for name in wanted_by if name and not name.startswith("-c "))
        yield Pin(Requirement(first), tuple(digests), tuple(names))
