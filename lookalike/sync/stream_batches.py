"""Handling batches of the stream: each record is applied, rejected, or retried.

A record that can never be applied is written to the bucket of failed records by this function and
counts as handled. If the function reported it as failed instead, Lambda would send it again and
again, with all later records of its shard waiting behind it, until the record expires and reaches
the same bucket. That way is left for cases that the function cannot handle itself: it crashes, or
the index does not answer for hours.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from lookalike.errors import LookalikeError, TransientError
from lookalike.sync.failed_records import FailedRecord, FailedRecords
from lookalike.sync.picture_sync import NotApplied, PictureSync
from lookalike.sync.product_sync import ProductSync
from lookalike.sync.stream_records import (
    Changed,
    MalformedRecordError,
    adds_embeddings,
    changed_item,
)

log = logging.getLogger("lookalike.index")


@dataclass(frozen=True, slots=True)
class Failures:
    """The records of a batch that were not applied: reasons by position in the batch.

    Attributes:
        transient: records that may be applied later, unchanged.
        permanent: records that can never be applied.
    """

    transient: dict[int, str] = field(default_factory=dict)
    permanent: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """The result of a batch.

    Attributes:
        applied: records that are in the index now, or change nothing there.
        rejected: records that were written to the bucket of failed records.
        retry_from: position of the first record that has to come again; ``None``: none.
    """

    applied: int
    rejected: int
    retry_from: int | None


class RecordApplier:
    """Applies records of the streams, for the stream function and for replays.

    Args:
        sync: brings pictures in step.
        products: brings products in step; ``None``: no index depends on them.
        note_embedded: tells the next reconciliation that stored pictures have got embeddings.
    """

    def __init__(
        self,
        sync: PictureSync,
        products: ProductSync | None = None,
        note_embedded: Callable[[], None] = lambda: None,
    ) -> None:
        self._sync = sync
        self._products = products
        self._note_embedded = note_embedded

    def apply(self, records: Sequence[object]) -> Failures:
        """Apply all records; each item is synced once, however many records name it."""
        failures = Failures()
        positions: dict[Changed, list[int]] = {}
        for position, record in enumerate(records):
            try:
                changed = changed_item(record)
            except MalformedRecordError as error:
                failures.permanent[position] = error.detail
                continue
            if changed is not None:
                positions.setdefault(changed, []).append(position)
        for item, failure in self._sync_all(positions).items():
            reasons = failures.transient if failure.is_transient else failures.permanent
            reasons.update(dict.fromkeys(positions[item], failure.reason))
        failures.transient.update(self._not_noted(records))
        return failures

    def _not_noted(self, records: Sequence[object]) -> dict[int, str]:
        """Note that pictures have got embeddings, which entries of products lack; why not."""
        embedded = [n for n, record in enumerate(records) if adds_embeddings(record)]
        if not embedded or self._products is None:
            return {}
        try:
            self._note_embedded()
        except LookalikeError as error:
            return dict.fromkeys(embedded, error.detail)
        return {}

    def _sync_all(self, changed: Collection[Changed]) -> dict[Changed, NotApplied]:
        failed: dict[Changed, NotApplied] = {}
        for sync, is_product in ((self._sync, False), (self._products, True)):
            keys = [item.key for item in changed if item.is_product is is_product]
            if sync is not None and keys:
                for key, failure in _synced(sync.apply, keys).items():
                    failed[Changed(key, is_product)] = failure
        return failed


def _synced(
    apply: Callable[[Collection[str]], dict[str, NotApplied]], keys: Collection[str]
) -> dict[str, NotApplied]:
    """Sync items. An unusable table or index is no fault of the records: all are retried."""
    try:
        return apply(keys)
    except LookalikeError as error:
        return dict.fromkeys(keys, NotApplied(error.detail, is_transient=True))


class StreamFollower:
    """Handles the batches that Lambda reads from the streams.

    Args:
        applier: applies records.
        failed_records: where records that can never be applied are stored.
    """

    def __init__(self, applier: RecordApplier, failed_records: FailedRecords) -> None:
        self._applier = applier
        self._failed_records = failed_records

    def handle_batch(self, records: Sequence[object]) -> BatchOutcome:
        """Apply a batch. Handling a batch, or a part of it, twice is the same as once.

        After an unexpected exception, Lambda halves the batch until the record that causes it is
        alone; that record is rejected.
        """
        try:
            failures = self._applier.apply(records)
        except Exception as error:
            if len(records) > 1:
                raise
            log.exception("a record causes an unexpected exception")
            failures = Failures(permanent={0: f"{type(error).__name__}: {error}"})
        retried = failures.transient | self._reject(records, failures.permanent)
        if retried:
            log.warning("%d records are retried: %s", len(retried), min(retried.items())[1])
        rejected = len(failures.permanent.keys() - retried.keys())
        applied = len(records) - rejected - len(retried)
        return BatchOutcome(applied, rejected, min(retried, default=None))

    def _reject(self, records: Sequence[object], reasons: dict[int, str]) -> dict[int, str]:
        """Store failed records in the bucket; those that it does not take have to be retried."""
        retried: dict[int, str] = {}
        for position, reason in reasons.items():
            try:
                self._failed_records.add(FailedRecord(reason, records[position]))
                log.error("a record cannot be applied and is stored: %s", reason)
            except TransientError as error:
                retried[position] = error.detail
        return retried
