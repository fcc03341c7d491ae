"""The small index: writers append to the log, readers follow it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from typing_extensions import override

from lookalike.errors import BadParameterError, LookalikeError
from lookalike.fingerprint.layout import HashRows
from lookalike.pictures import VectorEntry
from lookalike.storage.binary_index import KnnSearch
from lookalike.storage.interfaces import Neighbour
from lookalike.storage.refusals import require_queries, require_unicode
from lookalike.storage.small.change_log import (
    MAX_CHANGES,
    ChangeLog,
    ChangesTrimmedError,
    LogState,
)
from lookalike.storage.small.loaded import LoadedIndex
from lookalike.storage.small.packed import PackedEntries, is_storable, require_storable
from lookalike.storage.small.snapshots import (
    SnapshotDamagedError,
    SnapshotGoneError,
    SnapshotRef,
    Snapshots,
)
from lookalike.storage.synced_index import (
    APPLIED,
    ChangeOutcome,
    ChangeState,
    IndexChange,
    Removal,
    SyncedIndex,
)

log = logging.getLogger("lookalike.index")
_ATTEMPTS = 3
"""Compactions that a reader follows while it reads; they are minutes apart."""


class SmallIndex(SyncedIndex):
    """The vectors of one algorithm version. Nothing is read before the first question.

    Args:
        change_log: the log.
        snapshots: the snapshots that its state names.
        version: the algorithm version; entries of another version are left out.
        knn: finds the nearest of packed hashes.
        max_age: seconds after which a reader looks for changes again.
        clock: seconds that never run backwards.
    """

    def __init__(  # noqa: PLR0913 - settings by name
        self,
        change_log: ChangeLog,
        snapshots: Snapshots,
        version: str,
        knn: KnnSearch,
        *,
        max_age: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._log = change_log
        self._snapshots = snapshots
        self._version = version
        self._knn = knn
        self._max_age = max_age
        self._clock = clock
        self._using = threading.Lock()
        self._loaded: LoadedIndex | None = None
        self._looked_at = 0.0

    @override
    def add(self, entries: Sequence[VectorEntry]) -> None:
        for entry in entries:
            require_storable(entry)
        self._append([entry for entry in entries if entry.version == self._version])

    @override
    def remove(self, fingerprint_ids: Iterable[str]) -> None:
        ids = list(fingerprint_ids)
        require_unicode(ids)
        self._append([Removal(name) for name in filter(is_storable, ids)])

    @override
    def bulk(self, changes: Sequence[IndexChange]) -> list[ChangeOutcome]:
        last = {change.fingerprint_id: change for change in changes}
        outcomes = {name: self._outcome_unsent(change) for name, change in last.items()}
        sent = [last[name] for name, outcome in outcomes.items() if outcome is None]
        for batch in _batches(sent):
            outcome = self._outcome(batch)
            outcomes |= {change.fingerprint_id: outcome for change in batch}
        return [outcomes[change.fingerprint_id] or APPLIED for change in changes]

    @override
    def nearest(self, queries: Mapping[str, HashRows], limit: int) -> dict[str, list[Neighbour]]:
        require_queries(queries, limit)
        with self._using:
            return self._current().nearest(queries, limit, self._knn)

    @override
    def count(self) -> int:
        with self._using:
            return self._current().count()

    @override
    def ids(self, after: str = "", limit: int = 10_000, until: str = "") -> list[str]:
        with self._using:
            found = self._current().ids(after, limit)
        return [name for name in found if not until or name <= until]

    @override
    def present(self, fingerprint_ids: Collection[str]) -> set[str]:
        with self._using:
            return self._current().present(fingerprint_ids)

    def entries(self) -> tuple[PackedEntries, LogState]:
        """All entries up to the last change, packed, and the state of the log that has it."""
        with self._using:
            state = self._follow()
            assert self._loaded is not None  # noqa: S101 - for the type
            return self._loaded.packed(), state

    def _outcome_unsent(self, change: IndexChange) -> ChangeOutcome | None:
        """The outcome of a change that need not be sent."""
        if isinstance(change, Removal):
            return None if is_storable(change.fingerprint_id) else APPLIED
        try:
            require_storable(change)
        except (BadParameterError, ValueError) as error:
            return ChangeOutcome(ChangeState.REJECTED, str(error))
        return None if change.version == self._version else APPLIED

    def _outcome(self, changes: Sequence[IndexChange]) -> ChangeOutcome:
        try:
            self._log.append(changes)
        except LookalikeError as error:
            return ChangeOutcome(ChangeState.RETRY, error.detail)
        return APPLIED

    def _append(self, changes: Sequence[IndexChange]) -> None:
        for batch in _batches(changes):
            self._log.append(batch)

    def _current(self) -> LoadedIndex:
        """What is searchable, no older than ``max_age``."""
        now = self._clock()
        if self._loaded is None or now - self._looked_at >= self._max_age:
            self._follow()
            self._looked_at = now
        assert self._loaded is not None  # noqa: S101 - for the type
        return self._loaded

    def _follow(self) -> LogState:
        """Apply what is new; read a snapshot where nothing is loaded, or the log was trimmed."""
        for _ in range(_ATTEMPTS - 1):
            try:
                return self._follow_once()
            except ChangesTrimmedError:
                self._loaded = None
            except SnapshotGoneError:
                continue
        return self._follow_once()

    def _follow_once(self) -> LogState:
        state = self._log.state()
        if self._loaded is None or self._loaded.seq > state.head:  # the log has begun anew
            self._loaded = self._load(state)
        if state.head > self._loaded.seq:
            changes = self._log.changes(self._loaded.seq, state.head)
            self._loaded.apply(changes, state.head)
        return state

    def _load(self, state: LogState) -> LoadedIndex:
        """The snapshot that serves, or the one before it if that is damaged."""
        if state.snapshot is None:
            return LoadedIndex(PackedEntries.of([]), 0)
        try:
            return self._read(state.snapshot)
        except SnapshotDamagedError as error:
            if state.previous is None:
                raise
            log.error("%s The one before it is used, with all changes since.", error.detail)  # noqa: TRY400 - expected, and said in words
            return self._read(state.previous)

    def _read(self, ref: SnapshotRef) -> LoadedIndex:
        return LoadedIndex(self._snapshots.read(ref), ref.seq)


def _batches(changes: Sequence[IndexChange]) -> Iterable[Sequence[IndexChange]]:
    return (changes[first : first + MAX_CHANGES] for first in range(0, len(changes), MAX_CHANGES))
