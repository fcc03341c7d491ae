"""What becomes of a batch of the stream: each record is applied, kept for the operator, or retried.

A record that can never be applied is written to the bucket by this function itself, and counts as
done. If it were reported as failed instead, Lambda would send it again and again, with all records
behind it in its shard waiting, until it is given up and reaches the same bucket. That way is left
to what the function cannot do itself: where it crashes, or where the index is away for hours.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from lookalike.errors import LookalikeError, TransientError
from lookalike.sync.failed_records import FailedRecord, FailedRecords
from lookalike.sync.picture_sync import NotApplied, PictureSync
from lookalike.sync.stream_records import MalformedRecordError, picture_of

log = logging.getLogger("lookalike.index")


@dataclass(frozen=True, slots=True)
class Failures:
    """What of a batch was not applied, by position in the batch.

    Attributes:
        passing: may be applied later as it is, with the reason.
        lasting: can not, with the reason.
    """

    passing: dict[int, str] = field(default_factory=dict)
    lasting: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """How a batch ended.

    Attributes:
        applied: records that are in the index now, or change nothing there.
        kept: records that were written to the bucket of failed records.
        retry_from: position of the first record that has to come again; ``None``: none.
    """

    applied: int
    kept: int
    retry_from: int | None


class ApplyRecords:
    """Applies records of the stream; the stream function and a replay do it alike.

    Args:
        sync: brings pictures in step.
    """

    def __init__(self, sync: PictureSync) -> None:
        self._sync = sync

    def apply(self, records: Sequence[object]) -> Failures:
        """Apply all records; however many there are of a picture, it is looked at once."""
        failures = Failures()
        positions: dict[str, list[int]] = {}
        for position, record in enumerate(records):
            try:
                fingerprint_id = picture_of(record)
            except MalformedRecordError as error:
                failures.lasting[position] = error.detail
                continue
            if fingerprint_id is not None:
                positions.setdefault(fingerprint_id, []).append(position)
        for fingerprint_id, flaw in self._not_applied(positions).items():
            kind = failures.passing if flaw.passes else failures.lasting
            kind.update(dict.fromkeys(positions[fingerprint_id], flaw.reason))
        return failures

    def _not_applied(self, fingerprint_ids: Collection[str]) -> dict[str, NotApplied]:
        """A table or an index that is not usable at all is no fault of the records: they wait."""
        try:
            return self._sync.apply(fingerprint_ids)
        except LookalikeError as error:
            return dict.fromkeys(fingerprint_ids, NotApplied(error.detail, passes=True))


class IndexPictures:
    """Takes batches of the stream.

    Args:
        applying: applies records.
        failed_records: where those that can never be applied are kept.
    """

    def __init__(self, applying: ApplyRecords, failed_records: FailedRecords) -> None:
        self._applying = applying
        self._failed_records = failed_records

    def take(self, records: Sequence[object]) -> BatchOutcome:
        """Apply a batch. Twice is once, and so is a part of it that comes again.

        Where something happens that nobody foresaw, Lambda halves the batch until the record that
        it happens to stands alone; that one is kept.
        """
        try:
            failures = self._applying.apply(records)
        except Exception as error:
            if len(records) > 1:
                raise
            log.exception("nobody foresaw this")
            failures = Failures(lasting={0: f"{type(error).__name__}: {error}"})
        retried = dict(failures.passing)
        for position, reason in failures.lasting.items():
            try:
                self._failed_records.keep(FailedRecord(reason, records[position]))
                log.error("a record cannot be applied and is kept: %s", reason)
            except TransientError as error:
                retried[position] = error.detail
        if retried:
            log.warning("%d records have to come again: %s", len(retried), min(retried.items())[1])
        kept = len(failures.lasting.keys() - retried.keys())
        applied = len(records) - kept - len(retried)
        return BatchOutcome(applied, kept, min(retried, default=None))
