"""Loads a catalogue into a storage: on all cores, in order, in batches, resumable.

Rows are committed in the order of the file. A row whose product is stored unchanged, with the same
revision of its picture, is skipped without reading the picture. So an import that was stopped or
killed goes on where it was when it is run again.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from lookalike.catalogue.registration import Registration, register
from lookalike.catalogue.rows import CatalogueRow, failure_of
from lookalike.errors import LookalikeError
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.fetching.fetcher import ImageFetcher
from lookalike.local.imports.batch import Batch
from lookalike.local.imports.fingerprint_pool import FingerprintPool
from lookalike.local.settings import LocalSettings
from lookalike.pictures import Fingerprint
from lookalike.products import Product, ProductState
from lookalike.storage.import_runs import FailedRow
from lookalike.storage.interfaces import PutOutcome, Storage

if TYPE_CHECKING:
    from lookalike.local.imports.fingerprint_worker import Outcome

LOOKED_UP = 512
"""Rows that are compared with the storage at once."""
TASK = 16
"""Pictures a worker takes at once, and products of one transaction."""
AHEAD = 3
"""Tasks that wait for each worker, so that no worker is idle."""
WAITED = 0.25
"""Seconds between two checks whether to stop."""


@dataclass(frozen=True, slots=True)
class _Todo:
    """A row whose picture has to be fingerprinted, and the revision of that picture."""

    row: CatalogueRow
    revision: str


@dataclass(frozen=True, slots=True)
class _Pending:
    """Rows that are not committed yet: settled ones, and ones that a worker has."""

    settled: Batch
    todo: Sequence[_Todo]
    task: Future[list[Outcome]] | None


@contextmanager
def catalogue_import(storage: Storage, settings: LocalSettings) -> Iterator[CatalogueImport]:
    """Build what loads catalogues; its worker processes end with the block."""
    with closing(FingerprintPool(settings.fetcher)) as pool:
        yield CatalogueImport(storage, settings.fetcher(), pool, time.time)


class CatalogueImport:
    """Loads rows into a storage.

    Args:
        storage: receives the products and pictures.
        fetcher: tells the revisions of pictures; reads the same sources as the pool's fetchers.
        pool: computes fingerprints.
        clock: seconds since the epoch (UTC).
    """

    def __init__(
        self,
        storage: Storage,
        fetcher: ImageFetcher,
        pool: FingerprintPool,
        clock: Callable[[], float],
    ) -> None:
        self._storage = storage
        self._fetcher = fetcher
        self._pool = pool
        self._clock = clock

    def run(
        self,
        rows: Iterable[CatalogueRow | FailedRow],
        note: Callable[[Batch], None],
        should_stop: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Load all rows; return whether the end was reached.

        Args:
            rows: in the order of the file.
            note: called for each batch within the transaction that writes it.
            should_stop: asked between batches, and while pictures are waited for.
        """
        pending: deque[_Pending] = deque()
        for item in self._look_up(rows):
            pending.append(item)
            while len(pending) > AHEAD * self._pool.processes or _is_settled(pending):
                if _is_stopped(pending[0], should_stop):
                    return False
                self._commit(pending.popleft(), note)
        while pending:
            if _is_stopped(pending[0], should_stop):
                return False
            self._commit(pending.popleft(), note)
        return True

    def _look_up(self, rows: Iterable[CatalogueRow | FailedRow]) -> Iterator[_Pending]:
        remaining = iter(rows)
        while group := list(islice(remaining, LOOKED_UP)):
            stored = self._storage.products.get_many(
                row.entity_id for row in group if isinstance(row, CatalogueRow)
            )
            yield from self._divide(group, stored)

    def _divide(
        self, group: Iterable[CatalogueRow | FailedRow], stored: dict[str, Product]
    ) -> Iterator[_Pending]:
        """Divide rows into groups with at most one task for a worker."""
        unchanged, failures, todo = list[Product](), list[FailedRow](), list[_Todo]()
        for row in group:
            found = row if isinstance(row, FailedRow) else self._compare(row, stored)
            if isinstance(found, FailedRow):
                failures.append(found)
            elif isinstance(found, Product):
                unchanged.append(found)
            else:
                todo.append(found)
            if len(todo) == TASK:
                yield self._begin(_settled(unchanged, failures), todo)
                unchanged, failures, todo = [], [], []
        yield self._begin(_settled(unchanged, failures), todo)

    def _compare(
        self, row: CatalogueRow, stored: dict[str, Product]
    ) -> _Todo | FailedRow | Product:
        """Find what to do for a row; return its product if that is stored unchanged."""
        try:
            revision = f"{ALGORITHM_VERSION} {self._fetcher.revision(row.image_url)}"
        except LookalikeError as error:
            return failure_of(row, error.code, error.detail)
        product = stored.get(row.entity_id)
        if (
            product is not None
            and product.sku == row.sku
            and product.image_url == row.image_url
            and product.attributes == row.attributes
            and product.source_revision == revision
        ):
            return product
        return _Todo(row, revision)

    def _begin(self, settled: Batch, todo: Sequence[_Todo]) -> _Pending:
        addresses = [item.row.image_url for item in todo]
        return _Pending(settled, todo, self._pool.submit(addresses) if todo else None)

    def _commit(self, pending: _Pending, note: Callable[[Batch], None]) -> None:
        outcomes = pending.task.result() if pending.task else []
        registrations, failures = list[Registration](), list(pending.settled.failures)
        for item, outcome in zip(pending.todo, outcomes, strict=True):
            if isinstance(outcome, Fingerprint):
                registrations.append(_registration(item, outcome))
            else:
                failures.append(failure_of(item.row, outcome.code, outcome.detail))
        failures.sort(key=lambda failure: failure.row)
        with self._storage.transaction():
            changes = register(self._storage, registrations, int(self._clock()))
            same = changes.count(PutOutcome.UNCHANGED)
            featureless = sum(item.fingerprint.is_featureless for item in registrations)
            note(
                Batch(
                    len(changes) - same,
                    pending.settled.unchanged + same,
                    tuple(failures),
                    pending.settled.featureless + featureless,
                )
            )


def _settled(unchanged: Sequence[Product], failures: Sequence[FailedRow]) -> Batch:
    featureless = sum(product.state is ProductState.FEATURELESS for product in unchanged)
    return Batch(0, len(unchanged), tuple(failures), featureless)


def _is_settled(pending: deque[_Pending]) -> bool:
    return bool(pending) and (pending[0].task is None or pending[0].task.done())


def _is_stopped(pending: _Pending, should_stop: Callable[[], bool]) -> bool:
    """Wait until these rows are settled, or stop before: slow servers can take minutes."""
    while not should_stop():
        if pending.task is None or wait([pending.task], WAITED).done:
            return should_stop()  # a signal may have ended the worker, too
    return True


def _registration(item: _Todo, fingerprint: Fingerprint) -> Registration:
    row = item.row
    return Registration(
        entity_id=row.entity_id,
        sku=row.sku,
        image_url=row.image_url,
        fingerprint=fingerprint,
        attributes=row.attributes,
        source_revision=item.revision,
    )
