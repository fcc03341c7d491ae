"""The report: sections with their tables, and targets with whether they are met."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from lookalike.evaluation.report.line_length import wrapped


@dataclass(frozen=True)
class Target:
    """A limit for a figure.

    Attributes:
        what: description of the figure.
        limit: the limit as text.
        measured: the figure as text.
        is_met: whether the figure is within the limit.
    """

    what: str
    limit: str
    measured: str
    is_met: bool


@dataclass(frozen=True)
class Section:
    """One part of the report.

    Attributes:
        title: its heading.
        text: its Markdown.
        targets: its rows in the table of targets.
    """

    title: str
    text: str
    targets: Sequence[Target] = ()

    @property
    def json(self) -> str:
        """The section as JSON, for another process."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Section:
        """The section that another process wrote as JSON."""
        fields = json.loads(text)
        return cls(fields["title"], fields["text"], [Target(**each) for each in fields["targets"]])


_ORIGIN = (
    "Written by `python -m scripts.benchmarks` (`make bench`). Every figure was measured in one "
    "run on the machine named here, unless its section names another; run it again to get yours. "
    "With names of sections behind it, it measures these anew and leaves the others."
)
_PART = "## "
_TARGETS = "Targets"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table with the first column aligned left and the others aligned right."""
    lines = [header, [":--", *["--:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def document(machine: str, method: str, sections: Sequence[Section]) -> str:
    """The whole report in Markdown."""
    rows = [row for section in sections for row in _target_rows(section)]
    parts = [
        "# Performance",
        _ORIGIN,
        f"{_PART}{_TARGETS}",
        table(["", "reach", "measured", "reached", "section"], rows),
        f"{_PART}Machine",
        machine,
        f"{_PART}Method",
        method,
        *(f"{_PART}{section.title}\n\n{section.text}" for section in sections),
    ]
    return wrapped("\n\n".join(parts)) + "\n"


def updated(text: str, machine: str, sections: Sequence[Section]) -> str:
    """A report in which these sections replace those with the same titles, or follow the others.

    Each new section names its machine and date, since those of the others may differ.
    """
    head, *parts = text.split(f"\n{_PART}")
    by_title = {part.partition("\n")[0]: part.rstrip() for part in parts}
    for section in sections:
        own = f"Measured apart from the other sections:\n\n{machine}\n\n{section.text}"
        by_title[section.title] = f"{section.title}\n\n{own}"
        lines = by_title[_TARGETS].splitlines()
        others = [line for line in lines if not line.endswith(f" | {section.title} |")]
        rows = [f"| {' | '.join(row)} |" for row in _target_rows(section)]
        by_title[_TARGETS] = "\n".join([*others, *rows])
    return wrapped(f"\n\n{_PART}".join([head.rstrip(), *by_title.values()])) + "\n"


def _target_rows(section: Section) -> list[list[str]]:
    return [
        [t.what, t.limit, t.measured, "yes" if t.is_met else "**no**", section.title]
        for t in section.targets
    ]
