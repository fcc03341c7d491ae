"""Applying records again that could not be applied when they came."""

from __future__ import annotations

from dataclasses import dataclass

from lookalike.errors import StorageUnavailableError
from lookalike.sync.failed_records import FailedRecord, FailedRecords
from lookalike.sync.stream import ApplyRecords


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of the records of one object.

    Attributes:
        applied: how many are done with.
        left: those that failed again, with the reason of now.
    """

    applied: int
    left: tuple[FailedRecord, ...]


class Replay:
    """Goes through the bucket of failed records, object by object.

    What was applied is taken away at once, so a replay that was stopped is begun anew and goes
    on. Old records do no harm: they only name pictures to be looked at.

    Args:
        applying: applies records, as the stream function does.
        failed_records: where they lie.
    """

    def __init__(self, applying: ApplyRecords, failed_records: FailedRecords) -> None:
        self._applying = applying
        self._failed_records = failed_records

    def replay(self, key: str) -> Replayed:
        """Apply the records of one object, and leave in it only those that failed again.

        An object that would stay as it is is not written anew: what is put into this bucket sets
        off an alarm.

        Raises:
            ObjectGoneError: it has been taken away meanwhile.
            UnreadableObjectError: there are none in it; it stays as it is.
            StorageUnavailableError: a store, the index or the bucket is away; the object stays as
                it is, and the others would fare no better.
        """
        records = self._failed_records.read(key)
        failures = self._applying.apply([failed.record for failed in records])
        if failures.passing:
            raise StorageUnavailableError(next(iter(failures.passing.values())))
        left = tuple(
            FailedRecord(reason, records[position].record)
            for position, reason in sorted(failures.lasting.items())
        )
        if list(left) != records:
            self._failed_records.replace(key, left)
        return Replayed(len(records) - len(left), left)
