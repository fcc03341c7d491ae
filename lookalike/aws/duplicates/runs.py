"""Searches for duplicates of a deployment: items of the table of imports, groups in S3.

One search runs at a time, since each compares what none has compared yet. An item of its own names
the newest one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from typing_extensions import override

from lookalike.aws.counting import Counted, mark_row
from lookalike.aws.duplicates.files import GROUPS_A_PAGE, DuplicateFiles
from lookalike.aws.run_items import RunItems
from lookalike.errors import UnknownDuplicateRunError
from lookalike.storage.duplicates import DuplicateRun, DuplicateRuns
from lookalike.storage.dynamodb.attributes import (
    INTEGER,
    NUMBER,
    TEXT,
    Codec,
    Codecs,
    choice,
    optional,
    read_item,
    write_item,
)
from lookalike.storage.dynamodb.item_changes import Key
from lookalike.storage.dynamodb.schema import IMPORT_ID, ROW
from lookalike.storage.run_state import RunState

NEWEST: Key = ("#duplicates", "0")
"""The key of the item that names the newest search; no import has such an id."""
SEARCH_ROW = 0
"""The row number of a search, by which it is no import."""
_NEWEST_ID = "newest"
RUN_ATTRIBUTES: Codecs = {
    "run_id": TEXT,
    "created_at": NUMBER,
    "min_match": NUMBER,
    "keep": Codec(lambda names: TEXT.write(" ".join(names)), lambda item: (*item["S"].split(),)),
    "state": choice(RunState),
    "finished_at": optional(NUMBER),
    "total": optional(INTEGER),
    "compared": INTEGER,
    "started_at": optional(NUMBER),
    "compared_before": INTEGER,
    "groups": optional(INTEGER),
}
"""Of a search, beside the key; a new one is ``added``, as in the schema of the tables."""


class DeployedRuns(DuplicateRuns):
    """Searches that many functions work on at once.

    Args:
        items: of the table of imports.
        files: have the groups.
    """

    def __init__(self, items: RunItems, files: DuplicateFiles) -> None:
        self._items = items
        self._files = files

    def newest(self) -> str | None:
        """The id of the search that was begun last, which may be forgotten; ``None``: none was."""
        item = self._items.read(NEWEST)
        return TEXT.read(item[_NEWEST_ID]) if item else None

    def create(self, run: DuplicateRun, after: str | None) -> bool:
        """Store a new search and make it the newest; whether this is so.

        Args:
            run: the search.
            after: the id of the newest one so far. Nothing is changed if there is another one.
        """
        item = write_item(run, RUN_ATTRIBUTES)
        key = {IMPORT_ID: TEXT.write(run.run_id), ROW: INTEGER.write(SEARCH_ROW)}
        self._items.put([item | key])
        return self._items.change(
            NEWEST,
            f"SET #{_NEWEST_ID} = :next",
            {":next": TEXT.write(run.run_id), **({":before": TEXT.write(after)} if after else {})},
            {f"#{_NEWEST_ID}": _NEWEST_ID},
            f"#{_NEWEST_ID} = :before" if after else f"attribute_not_exists(#{_NEWEST_ID})",
        )

    @override
    def get(self, run_id: str) -> DuplicateRun:
        run = self.find(run_id)
        if run is None:
            raise UnknownDuplicateRunError(f"There is no run {run_id!r} of duplicates.")
        return run

    def begin(self, run_id: str, total: int) -> bool:
        """Store how many pictures there are to compare; whether the search still runs."""
        return self._items.change(
            _key(run_id),
            "SET #total = :total, started_at = :now",
            {":total": INTEGER.write(total), ":now": NUMBER.write(self._items.clock())},
            {"#total": "total"},
        )

    def count(self, run_id: str, number: int, compared: int) -> None:
        """Count the pictures of a batch. Twice is the same as once."""
        mark = run_id, mark_row(number, Counted.LOADED)
        self._items.count_once(mark, _key(run_id), {"compared": compared})

    def end(self, run_id: str, state: RunState, groups: int | None = None) -> bool:
        """End a search, unless it has ended; whether it has."""
        return self._items.change(
            _key(run_id),
            "SET #state = :state, finished_at = :now, #groups = :groups",
            {
                ":state": TEXT.write(state.value),
                ":now": NUMBER.write(self._items.clock()),
                ":groups": RUN_ATTRIBUTES["groups"].write(groups),
            },
            {"#groups": "groups"},
        )

    @override
    def put_groups(self, run_id: str, first: int, groups: Sequence[Mapping[str, Any]]) -> None:
        self._files.put_groups(run_id, (first - 1) // GROUPS_A_PAGE, groups)

    @override
    def groups(self, run_id: str, after: int = 0, limit: int = 100) -> list[Mapping[str, Any]]:
        self.get(run_id)
        first, last = after // GROUPS_A_PAGE, (after + limit - 1) // GROUPS_A_PAGE
        found = [
            group for page in range(first, last + 1) for group in self._files.groups(run_id, page)
        ]
        start = after - first * GROUPS_A_PAGE
        return [*found[start : start + limit]]

    def find(self, run_id: str) -> DuplicateRun | None:
        """The run; ``None``: there is none of that id."""
        item = self._items.read(_key(run_id))
        if item is None:
            return None
        return DuplicateRun(**read_item(item, RUN_ATTRIBUTES))


def _key(run_id: str) -> Key:
    return run_id, str(SEARCH_ROW)
