"""The parts of a report, independent of its format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows of text; the first column labels the rows."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A plot.

    Attributes:
        name: of its file, without the extension.
        title: shown above the plot.
        alt: description for readers who cannot see the plot.
        svg: the drawing.
    """

    name: str
    title: str
    alt: str
    svg: str

    def _repr_svg_(self) -> str:
        """The representation in notebooks."""
        return self.svg


@dataclass(frozen=True, slots=True)
class Figures:
    """Plots side by side, or below each other if they are wide."""

    figures: Sequence[Figure]
    are_wide: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report: text, then tables and plots."""

    title: str
    text: str = ""
    parts: Sequence[Table | Figures] = ()

    @property
    def figures(self) -> list[Figure]:
        """All plots of the section."""
        groups = [part for part in self.parts if isinstance(part, Figures)]
        return [figure for group in groups for figure in group.figures]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report."""

    title: str
    text: str
    sections: Sequence[Section]


NOTHING = "-"
"""The cell for a missing value."""


def share_text(value: float) -> str:
    """A share with three digits, as ``.987``."""
    if isnan(value):
        return NOTHING
    text = f"{value:.3f}"
    return text.removeprefix("0") if value < 1 else text
