"""Decisions as files: the rows of an export, and reading them again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from lookalike.api.decisions.models import DecisionRequest
from lookalike.api.decisions.rows import request_of
from lookalike.catalogue.feeds.expansion import GZIP, expanded
from lookalike.catalogue.feeds.feed import Record
from lookalike.catalogue.feeds.formats import open_feed
from lookalike.catalogue.spreadsheet_cells import value_of_cell
from lookalike.cli.kept_decisions import KeptDecisions
from lookalike.errors import BadParameterError, CatalogueError, PermanentError

_NEEDED = {"a", "b", "decision"}


def import_rows(path: Path, kept: KeptDecisions) -> tuple[int, list[str]]:
    """Decide as each row says.

    Returns:
        How many rows are decided now, and for each of the others a sentence with its reason.

    Raises:
        CatalogueError: the file is no table of decisions.
        TransientError: the service or the folder is away; what was decided before stays.
    """
    done, refused = 0, []
    for number, row in _rows(path):
        try:
            kept.put(_request(row))
            done += 1
        except PermanentError as error:
            refused.append(f"Row {number}: {error.detail}")
    return done, refused


def _rows(path: Path) -> Iterator[tuple[int, Record]]:
    with ExitStack() as stack:
        file = stack.enter_context(path.open("rb"))
        is_packed = file.read(len(GZIP)) == GZIP
        feed = open_feed(stack.enter_context(expanded(file)) if is_packed else file)
        if missing := sorted(_NEEDED - set(feed.columns)):
            raise CatalogueError(f"{path} has no decisions: the column {missing[0]} is missing.")
        is_csv = feed.kind.startswith("CSV")
        for record in feed.records:
            values = {
                name: value_of_cell(value) if is_csv and isinstance(value, str) else value
                for name, value in record.values.items()
            }
            yield record.number, record._replace(values=values)


def _request(row: Record) -> DecisionRequest:
    """What a row says.

    Raises:
        BadParameterError: it says no decision.
    """
    if row.flaw:
        raise BadParameterError(row.flaw)
    return request_of(row.values)
