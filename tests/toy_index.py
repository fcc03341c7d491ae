"""A vector database of a few lines: the smallest thing that implements ``SyncedIndex``.

It shows what another vector database needs, passes the contract tests of vector indices, and is the
index of the tests of the sync.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
from typing_extensions import override

from lookalike.errors import BadParameterError
from lookalike.fingerprint.layout import LAYOUTS, HashRows
from lookalike.pictures import VectorEntry
from lookalike.storage.interfaces import Neighbour
from lookalike.storage.refusals import require_field_lengths, require_queries, require_unicode
from lookalike.storage.synced_index import (
    APPLIED,
    ChangeOutcome,
    ChangeState,
    IndexChange,
    Removal,
    SyncedIndex,
)
from tests.builders import VERSION


class ToyIndex(SyncedIndex):
    """Entries in a dictionary, compared with every query one by one."""

    def __init__(self, version: str = VERSION) -> None:
        self._version = version
        self.entries: dict[str, VectorEntry] = {}

    @override
    def add(self, entries: Sequence[VectorEntry]) -> None:
        for entry in entries:
            require_unicode([entry.fingerprint_id])
            require_field_lengths(entry.hashes)
        self.entries |= {e.fingerprint_id: e for e in entries if e.version == self._version}

    @override
    def remove(self, fingerprint_ids: Iterable[str]) -> None:
        ids = list(fingerprint_ids)
        require_unicode(ids)
        for fingerprint_id in ids:
            self.entries.pop(fingerprint_id, None)

    @override
    def nearest(self, queries: Mapping[str, HashRows], limit: int) -> dict[str, list[Neighbour]]:
        require_queries(queries, limit)
        return {name: self._nearest(name, rows, limit) for name, rows in queries.items()}

    @override
    def count(self) -> int:
        return len(self.ids())

    @override
    def bulk(self, changes: Sequence[IndexChange]) -> list[ChangeOutcome]:
        last = {change.fingerprint_id: change for change in changes}
        outcomes = {key: self.apply(change) for key, change in last.items()}
        return [outcomes[change.fingerprint_id] for change in changes]

    @override
    def ids(self, after: str = "", limit: int = 10_000, until: str = "") -> list[str]:
        asked = (key for key in self.entries if key > after and (not until or key <= until))
        return sorted(asked)[:limit]

    @override
    def present(self, fingerprint_ids: Collection[str]) -> set[str]:
        return self.entries.keys() & set(fingerprint_ids)

    def apply(self, change: IndexChange) -> ChangeOutcome:
        """Apply one change."""
        try:
            if isinstance(change, Removal):
                self.remove([change.fingerprint_id])
            else:
                self.add([change])
        except (BadParameterError, ValueError) as error:
            return ChangeOutcome(ChangeState.REJECTED, str(error))
        return APPLIED

    def _nearest(self, algorithm: str, rows: HashRows, limit: int) -> list[Neighbour]:
        found = [
            Neighbour(entry.fingerprint_id, distance)
            for entry in self.entries.values()
            if (distance := _distance(entry, algorithm, rows)) is not None
        ]
        return sorted(found, key=lambda near: (near.distance, near.fingerprint_id))[:limit]


def _distance(entry: VectorEntry, algorithm: str, rows: HashRows) -> int | None:
    """The smallest distance over the entry's fields and the query's rows, if there are any."""
    fields = [field for field in LAYOUTS[algorithm].fields if field in entry.hashes]
    if not fields or not len(rows):
        return None
    stored = np.stack([np.frombuffer(entry.hashes[field], np.uint8) for field in fields])
    return int(np.bitwise_count(stored[:, None] ^ rows[None]).sum(axis=2).min())
