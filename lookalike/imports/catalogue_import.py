"""Loads a catalogue into a storage: on all cores, in order, in batches, resumable.

Rows are committed in the order of the file. A row whose product is stored unchanged, with the same
revision of its picture, is skipped without reading the picture. So an import that was stopped or
killed goes on where it was when it is run again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.registration import Registration, register
from lookalike.catalogue.row_changes import RowChange
from lookalike.catalogue.web_revision import REFRESH_AFTER
from lookalike.duplicates.arrival import Arrival, ArrivalPolicy
from lookalike.duplicates.on_duplicate import OnDuplicate
from lookalike.images.fetching.fetcher import ImageFetcher
from lookalike.imports.batch import Batch
from lookalike.imports.row_comparison import Found, RowComparison, Stored
from lookalike.imports.row_to_register import RowToRegister
from lookalike.imports.settled_rows import with_arrival, with_changes
from lookalike.pictures import Fingerprint
from lookalike.products import Product, ProductState
from lookalike.storage.flags import Flag, NoFlags
from lookalike.storage.import_runs import FailedRow
from lookalike.storage.interfaces import PutOutcome, Storage

if TYPE_CHECKING:
    from lookalike.imports.picture_request import Outcome, PictureRequest

TASK_SIZE = 16
"""Pictures in one task of a worker, and at most as many products in one transaction."""
MAX_TASKS_PER_WORKER = 3
"""Tasks submitted for each worker before the oldest is waited for, so that no worker is idle."""
STOP_CHECK_SECONDS = 0.25
"""Time between two checks whether to stop."""


@dataclass(frozen=True, slots=True)
class _Pending:
    """Consecutive rows that are not committed yet.

    Attributes:
        settled: the outcome of those that need no fingerprint.
        registered: those that have theirs in an export.
        rows: those that need some.
        stored: the fingerprints of pictures of ``rows`` that are not read again, by id.
        last: the last row.
        task: computes the others; ``None`` where there are none.
    """

    settled: Batch
    registered: Sequence[Registration]
    rows: Sequence[RowToRegister]
    stored: Mapping[str, Fingerprint]
    last: CatalogueRow | FailedRow
    task: Future[list[Outcome]] | None


class Fingerprinting(Protocol):
    """What computes fingerprints: the worker processes of one machine, or the function itself."""

    @property
    def processes(self) -> int:
        """How many tasks it works on at once."""

    def submit(self, items: Sequence[PictureRequest], /) -> Future[list[Outcome]]:
        """Begin to compute the outcome of each picture."""


class CatalogueImport:
    """Loads the rows of catalogues into a storage.

    Args:
        storage: receives the products and pictures.
        fetcher: tells the revisions of pictures; reads the same sources as the pool's fetchers.
        pool: computes fingerprints.
        clock: seconds since the epoch (UTC).
        policy: checks each product before it is stored; ``None``: nothing is checked.
        refresh_after: seconds after which a picture at a web address is asked for again.
    """

    def __init__(  # noqa: PLR0913 - one of them is a time
        self,
        storage: Storage,
        fetcher: ImageFetcher,
        pool: Fingerprinting,
        clock: Callable[[], float],
        policy: ArrivalPolicy | None = None,
        *,
        refresh_after: float = REFRESH_AFTER,
    ) -> None:
        self._storage, self._fetcher = storage, fetcher
        self._comparison = RowComparison(storage, fetcher, clock, refresh_after)
        self._pool, self._clock = pool, clock
        self._policy = policy
        self._refresh_after = refresh_after

    def run(
        self,
        rows: Iterable[CatalogueRow | FailedRow],
        on_batch: Callable[[Batch], None],
        should_stop: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Load all rows; return whether the end was reached.

        Args:
            rows: in the order of the file.
            on_batch: called for each batch within the transaction that writes it.
            should_stop: asked between batches, and while pictures are waited for.
        """
        pending, max_pending = deque[_Pending](), MAX_TASKS_PER_WORKER * self._pool.processes
        for item in self._look_up(rows):
            pending.append(item)
            while len(pending) > max_pending or _is_settled(pending):
                if _is_stopped(pending[0], should_stop):
                    return False
                self._commit(pending.popleft(), on_batch)
        while pending:
            if _is_stopped(pending[0], should_stop):
                return False
            self._commit(pending.popleft(), on_batch)
        return True

    def checking(self, policy: ArrivalPolicy) -> CatalogueImport:
        """The same import, which checks each product before it is stored."""
        parts = (self._storage, self._fetcher, self._pool, self._clock, policy)
        return CatalogueImport(*parts, refresh_after=self._refresh_after)

    def changes(
        self, rows: Iterable[CatalogueRow | FailedRow]
    ) -> Iterator[tuple[CatalogueRow | FailedRow, RowChange]]:
        """What loading each row would do; see ``RowComparison``."""
        return self._comparison.changes(rows)

    def _look_up(self, rows: Iterable[CatalogueRow | FailedRow]) -> Iterator[_Pending]:
        most = 1 if self._policy else TASK_SIZE
        for group, stored in self._comparison.groups(rows):
            yield from self._divide(group, stored, most)

    def _divide(
        self, group: Sequence[CatalogueRow | FailedRow], stored: Stored, most: int
    ) -> Iterator[_Pending]:
        """Divide rows into groups with at most one task for a worker.

        Where ``most`` is 1, only the last row of a group is to be registered, if any.
        """
        found = list[Found]()
        for row in group:
            found.append(
                row if isinstance(row, FailedRow) else self._comparison.compare(row, stored)
            )
            if sum(map(_pictures, found)) >= most:
                yield self._begin(found, row)
                found = []
        yield self._begin(found, group[-1])

    def _begin(self, found: Sequence[Found], last: CatalogueRow | FailedRow) -> _Pending:
        rows = [each for each in found if isinstance(each, RowToRegister)]
        registered = [each for each in found if isinstance(each, Registration)]
        pictures = self._storage.pictures.get_many({name for row in rows for name in row.reused})
        stored = {name: picture.fingerprint for name, picture in pictures.items()}
        todo = [row.read_anew(stored) for row in rows]
        requests = [request for row in todo for request in row.requests]
        task = self._pool.submit(requests) if requests else None
        return _Pending(_settled(found), registered, todo, stored, last, task)

    def _commit(self, pending: _Pending, on_batch: Callable[[Batch], None]) -> None:
        outcomes, now = iter(pending.task.result() if pending.task else []), int(self._clock())
        registrations, failures = list(pending.registered), list(pending.settled.failures)
        refused_images, still = list[FailedRow](), set[str]()
        for row in pending.rows:
            registration, wrong = row.registered(pending.stored, outcomes, now)
            registrations += [registration] if registration else []
            if registration and row.is_still(registration.product):
                still.add(registration.entity_id)
            if wrong:
                (refused_images if registration else failures).append(wrong)
        failures.sort(key=lambda failure: failure.row)
        settled = replace(
            pending.settled, failures=tuple(failures), refused_images=tuple(refused_images)
        )
        policy = self._policy
        if policy and registrations and isinstance(pending.last, CatalogueRow):
            self._store(
                policy, registrations[0], partial(with_arrival, settled, pending.last), on_batch
            )
            return
        with self._storage.transaction():
            changes = register(self._storage, registrations, now)
            seen = [
                PutOutcome.UNCHANGED if item.entity_id in still else change
                for item, change in zip(registrations, changes, strict=True)
            ]
            on_batch(with_changes(settled, registrations, seen))

    def _store(
        self,
        policy: ArrivalPolicy,
        registration: Registration,
        count: Callable[[Registration, Arrival, Flag | None], Batch],
        on_batch: Callable[[Batch], None],
    ) -> None:
        """Check a product, store it unless it is refused, and count it with the rows before it."""

        def note(arrival: Arrival) -> None:
            store = self._storage.flags if policy.on_duplicate is OnDuplicate.FLAG else NoFlags()
            flags = store.get_many([registration.entity_id])
            on_batch(count(registration, arrival, flags.get(registration.entity_id)))

        policy.arrivals.store(registration, policy.on_duplicate, note)


def _pictures(found: Found) -> int:
    """The number of pictures that a row brings to a task or a transaction."""
    match found:
        case RowToRegister():
            return len(found.images)
        case Registration():
            return len(found.images)
        case _:
            return 0


def _settled(found: Sequence[Found]) -> Batch:
    unchanged = [each for each in found if isinstance(each, Product)]
    failures = [each for each in found if isinstance(each, FailedRow)]
    featureless = sum(product.state is ProductState.FEATURELESS for product in unchanged)
    return Batch(0, len(unchanged), tuple(failures), featureless)


def _is_settled(pending: deque[_Pending]) -> bool:
    return bool(pending) and (pending[0].task is None or pending[0].task.done())


def _is_stopped(pending: _Pending, should_stop: Callable[[], bool]) -> bool:
    """Wait until the task of these rows is done; return whether to stop before.

    Servers of pictures can take minutes.
    """
    while not should_stop():
        if pending.task is None or wait([pending.task], STOP_CHECK_SECONDS).done:
            return should_stop()  # a signal may have ended the worker, too
    return True
