"""The query parameter that says which column of a catalogue has what."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field, StringConstraints

from lookalike.catalogue.wanted_columns import wanted_columns
from lookalike.errors import prefix_errors
from lookalike.http import contract
from lookalike.http.problems import Problem

MAX_WANTED = 50
"""Columns that a request may name."""
_MAX_LENGTH = 1000
"""Characters of a name and its column."""

ColumnsQuery = Annotated[
    list[
        Annotated[
            str,
            StringConstraints(max_length=_MAX_LENGTH),
            Field(json_schema_extra={"pattern": "^[^=]+="}),
        ]
    ],
    Query(
        max_length=MAX_WANTED,
        description="Which column has what, where its name does not tell, as `NAME=COLUMN`; "
        "repeatable. `entity_id=Article no.` reads a field from this column, `colour=Option 1` an "
        "attribute; `Vendor=` leaves a column out, `*=` all that are not named.",
    ),
]


class ColumnsProblem(Problem):
    """A catalogue cannot be read; some of the reasons name its columns."""

    columns: list[str] | None = Field(
        default=None,
        description="Where it is not known which column has what: all of them, in their order.",
    )
    examples: dict[str, str] | None = Field(
        default=None,
        description="With `columns`: a value of each column, shortened; none of empty ones.",
    )


NOT_READABLE = {
    HTTPStatus.UNPROCESSABLE_ENTITY.value: contract.problem_answer(
        HTTPStatus.UNPROCESSABLE_ENTITY, ColumnsProblem
    )
}
"""What a route answers whose catalogue cannot be read."""


def columns_of(assignments: list[str]) -> dict[str, str]:
    """Name of a field or an attribute → the column that has it.

    Raises:
        BadParameterError: an assignment is none, or a name is given twice.
    """
    with prefix_errors("columns"):
        return wanted_columns(assignments)
