"""What the user says of columns whose names do not tell: ``entity_id=Handle``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lookalike.errors import BadParameterError, CatalogueError

ALL = "*"
"""Stands for all columns that are not named."""


class ColumnsError(CatalogueError):
    """It is not known which column of a catalogue has what.

    Args:
        detail: a sentence.
        columns: the names of those that there are.

    Attributes:
        examples: column → one of its values, where whoever has read the catalogue says so.
    """

    def __init__(self, detail: str, columns: Sequence[str]) -> None:
        super().__init__(detail, "See --columns.")
        self.columns = columns
        self.examples: Mapping[str, str] = {}


def parsed_columns(options: Sequence[str]) -> dict[str, str]:
    """What ``entity_id=Handle,colour=Option1 Value`` says; as ``wanted_columns`` otherwise."""
    return wanted_columns(part for option in options for part in option.split(","))


def wanted_columns(assignments: Iterable[str]) -> dict[str, str]:
    """Name of a field or an attribute → the column that has it, from ``NAME=COLUMN`` each.

    Raises:
        BadParameterError: one has no ``=``, or a name is given twice.
    """
    wanted: dict[str, str] = {}
    for part in assignments:
        name, equals, column = (text.strip() for text in part.partition("="))
        if not name or not equals:
            raise BadParameterError(f"write NAME=COLUMN instead of {part!r}.")
        if name in wanted:
            raise BadParameterError(f"{name!r} is named twice.")
        wanted[name] = column
    if wanted.get(ALL):
        raise BadParameterError("write '*=' to leave out all that is not named.")
    return wanted
