"""Decisions as files: the rows of an export, and reading them again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from lookalike.api.decisions.models import DecisionAnswer, DecisionRequest, PictureShown
from lookalike.catalogue.feeds.expansion import GZIP, expanded
from lookalike.catalogue.feeds.feed import Record
from lookalike.catalogue.feeds.formats import open_feed
from lookalike.catalogue.spreadsheet_cells import value_of_cell
from lookalike.cli.kept_decisions import KeptDecisions
from lookalike.errors import BadParameterError, CatalogueError, PermanentError
from lookalike.http.validation import checked

_PICTURES = ("pictures_of_a", "pictures_of_b")
COLUMNS = ("a", "b", "decision", "note", "by", "decided_at", *_PICTURES)
_NEEDED = {"a", "b", "decision"}


def row_of(decision: DecisionAnswer) -> dict[str, str]:
    """The row of a decision; pictures are JSON within a text."""
    return {
        "a": decision.a,
        "b": decision.b,
        "decision": decision.decision.value,
        "note": decision.note,
        "by": decision.by,
        "decided_at": decision.decided_at.isoformat(),
        "pictures_of_a": _json(decision.pictures_of_a),
        "pictures_of_b": _json(decision.pictures_of_b),
    }


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
    """What a row says; cells that are empty say nothing, and further columns are ignored.

    Raises:
        BadParameterError: it says no decision.
    """
    if row.flaw:
        raise BadParameterError(row.flaw)
    given: dict[str, Any] = {name: row.values[name] for name in COLUMNS if row.values.get(name)}
    return checked(DecisionRequest, given | _pictures(given))


def _pictures(given: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return {name: json.loads(given[name]) for name in _PICTURES if name in given}
    except (TypeError, ValueError, RecursionError) as error:
        raise BadParameterError("The pictures are not JSON, as an export has them.") from error


def _json(pictures: list[PictureShown]) -> str:
    return json.dumps([picture.model_dump() for picture in pictures])
