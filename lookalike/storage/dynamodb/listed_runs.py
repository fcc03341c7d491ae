"""Items that list the import runs of a table by their age, in a partition of their own.

The table also has the failed rows of runs, marks of their batches and slots of hosts: many more
items than runs, which a scan would read all.
"""

from __future__ import annotations

from zlib import crc32

from lookalike.storage.dynamodb.attributes import INTEGER, TEXT, Item
from lookalike.storage.dynamodb.item_changes import Key
from lookalike.storage.dynamodb.schema import IMPORT_ID, ROW
from lookalike.storage.import_runs import ImportRun

LISTED = ":imports"
"""The key of the partition; ids of runs have no colon."""
_LISTED_RUN = "run"
_A_SECOND, _AT_ONCE = 1_000_000, 1_000_000
"""Microseconds, and runs of one microsecond that are told apart."""


def listed_key(run: ImportRun) -> Key:
    """The key of the item that lists a run. Newer runs have larger numbers."""
    moment = int(run.created_at * _A_SECOND)
    return LISTED, str(moment * _AT_ONCE + crc32(run.import_id.encode()) % _AT_ONCE)


def listed_item(run: ImportRun) -> Item:
    """The item that lists a run."""
    place, number = listed_key(run)
    return {
        IMPORT_ID: TEXT.write(place),
        ROW: INTEGER.write(int(number)),
        _LISTED_RUN: TEXT.write(run.import_id),
    }


def is_listed(item: Item) -> bool:
    """Return whether an item of the table lists a run."""
    return bool(TEXT.read(item[IMPORT_ID]) == LISTED)


def listed_run(item: Item) -> str:
    """The id of the run that an item lists."""
    return str(TEXT.read(item[_LISTED_RUN]))
