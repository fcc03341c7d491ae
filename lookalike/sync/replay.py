"""Applying failed records of the stream again."""

from __future__ import annotations

from dataclasses import dataclass

from lookalike.errors import StorageUnavailableError
from lookalike.sync.failed_records import FailedRecord, FailedRecords
from lookalike.sync.stream_batches import RecordApplier


@dataclass(frozen=True, slots=True)
class Replayed:
    """The result of replaying one object.

    Attributes:
        applied: number of records that were applied.
        left: records that failed again, with the current reason.
    """

    applied: int
    left: tuple[FailedRecord, ...]


class Replay:
    """Goes through the bucket of failed records, object by object.

    Applied records are removed at once, so a replay that was stopped can simply be run again. Old
    records do no harm: a record only names a picture, whose current state is then applied.

    Args:
        applier: applies records, as the stream function does.
        failed_records: the bucket.
    """

    def __init__(self, applier: RecordApplier, failed_records: FailedRecords) -> None:
        self._applier = applier
        self._failed_records = failed_records

    def replay(self, key: str) -> Replayed:
        """Apply the records of one object, and leave only those in it that failed again.

        An unchanged object is not written again, since each object that is put into this bucket
        triggers an alarm.

        Raises:
            ObjectGoneError: the object was removed meanwhile.
            UnreadableObjectError: the object holds no records; it stays as it is.
            StorageUnavailableError: a store, the index or the bucket does not answer; the object
                stays as it is, and the other objects would fail, too.
        """
        records = self._failed_records.read(key)
        failures = self._applier.apply([failed.record for failed in records])
        if failures.transient:
            raise StorageUnavailableError(next(iter(failures.transient.values())))
        left = tuple(
            FailedRecord(reason, records[position].record)
            for position, reason in sorted(failures.permanent.items())
        )
        if list(left) != records:
            self._failed_records.replace(key, left)
        return Replayed(len(records) - len(left), left)
