"""The report: sections with their tables, and what was to be reached."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Target:
    """Something that was to be reached.

    Attributes:
        what: is measured.
        reach: the limit, in words.
        measured: the figure, in words.
        reached: whether it is within the limit.
    """

    what: str
    reach: str
    measured: str
    reached: bool


@dataclass(frozen=True)
class Section:
    """One part of the report.

    Attributes:
        title: its heading.
        text: Markdown.
        targets: what it says about the targets.
    """

    title: str
    text: str
    targets: Sequence[Target] = ()

    @property
    def json(self) -> str:
        """To hand it to another process."""
        return json.dumps(asdict(self))

    @classmethod
    def of_json(cls, text: str) -> Section:
        """What another process handed on."""
        fields = json.loads(text)
        return cls(fields["title"], fields["text"], [Target(**each) for each in fields["targets"]])


_ORIGIN = (
    "Written by `python -m scripts.benchmarks` (`make bench`). Every figure was measured in one "
    "run on the machine named here; run it again to get yours."
)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table: first column to the left, figures to the right."""
    lines = [header, [":--", *["--:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def document(machine: str, method: str, sections: Sequence[Section]) -> str:
    """The whole report in Markdown."""
    targets = [target for section in sections for target in section.targets]
    parts = [
        "# Performance",
        _ORIGIN,
        "## Targets",
        _targets_table(targets),
        "## Machine",
        machine,
        "## Method",
        method,
        *(f"## {section.title}\n\n{section.text}" for section in sections),
    ]
    return "\n\n".join(parts) + "\n"


def _targets_table(targets: Iterable[Target]) -> str:
    return table(
        ["", "reach", "measured", "reached"],
        [[t.what, t.reach, t.measured, "yes" if t.reached else "**no**"] for t in targets],
    )
