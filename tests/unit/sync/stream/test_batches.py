"""Each record of a batch is applied, kept for the operator, or comes again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NoReturn

import pytest

from lookalike.errors import LookalikeError, StorageInvalidError, StorageUnavailableError
from lookalike.pictures import Picture
from lookalike.storage.synced_index import ChangeOutcome, ChangeState
from lookalike.sync.failed_records import FailedRecords
from lookalike.sync.stream_batches import BatchOutcome
from tests.builders import a_fingerprint_id, a_picture, a_product
from tests.unit.aws import BUCKET
from tests.unit.sync.stream.conftest import Stream
from tests.unit.sync.stream.records import a_record

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUSY = ChangeOutcome(ChangeState.RETRY, "busy")
REFUSED = ChangeOutcome(ChangeState.REJECTED, "mapper_parsing_exception")
ALIEN = {"eventName": "INSERT", "dynamodb": {"SequenceNumber": "7", "NewImage": {"x": {"S": "é"}}}}


def _stored(stream: Stream, *numbers: int) -> list[Picture]:
    pictures = [a_picture(number) for number in numbers]
    stream.table.pictures.put_many(pictures)
    return pictures


def test_should_make_stored_pictures_searchable(stream: Stream) -> None:
    pictures = _stored(stream, 1, 2, 3)
    records = [a_record("INSERT", p.fingerprint_id, n) for n, p in enumerate(pictures)]
    assert stream.function.handle_batch(records) == BatchOutcome(
        applied=3, rejected=0, retry_from=None
    )
    assert stream.searchable() == 3


def test_should_remove_pictures_that_are_gone(stream: Stream) -> None:
    [picture] = _stored(stream, 1)
    stream.function.handle_batch([a_record("INSERT", picture.fingerprint_id)])
    stream.table.pictures.sweep(picture.last_seen + 1)
    stream.function.handle_batch([a_record("REMOVE", picture.fingerprint_id, 2)])
    assert stream.searchable() == 0


def test_should_sync_a_picture_once_for_all_its_records(stream: Stream) -> None:
    [picture] = _stored(stream, 1)
    records = [a_record("INSERT", picture.fingerprint_id, n) for n in range(4)]
    assert stream.function.handle_batch(records).applied == 4
    assert [len(bulk) for bulk in stream.index.bulks] == [1]


def test_should_not_resurrect_a_picture_by_an_old_record(stream: Stream) -> None:
    """A redriven INSERT says only that the picture was there once."""
    stream.function.handle_batch([a_record("INSERT", a_fingerprint_id(1), new=a_picture(1))])
    assert stream.searchable() == 0


def test_should_not_remove_a_picture_by_an_old_record(stream: Stream) -> None:
    """It was swept, and registered again since."""
    [picture] = _stored(stream, 1)
    stream.function.handle_batch([a_record("REMOVE", picture.fingerprint_id, old=picture)])
    assert stream.searchable() == 1


def test_should_write_nothing_for_pictures_that_were_seen_again(stream: Stream) -> None:
    old, new = a_picture(1, last_seen=1), a_picture(1, last_seen=2)
    record = a_record("MODIFY", old.fingerprint_id, old=old, new=new)
    assert stream.function.handle_batch([record]) == BatchOutcome(1, 0, None)
    assert stream.index.bulks == []


def test_should_have_the_first_record_that_passes_come_again(stream: Stream) -> None:
    pictures = _stored(stream, 0, 1, 2, 3)
    for busy in (1, 3):
        stream.index.outcomes[pictures[busy].fingerprint_id] = BUSY
    records = [a_record("INSERT", p.fingerprint_id, n) for n, p in enumerate(pictures)]
    assert stream.function.handle_batch(records) == BatchOutcome(
        applied=2, rejected=0, retry_from=1
    )
    stream.index.outcomes.clear()
    assert stream.function.handle_batch(records[1:]).retry_from is None
    assert stream.searchable() == 4


@pytest.mark.parametrize(
    "error", [StorageUnavailableError("Away."), StorageInvalidError("No such table.")]
)
def test_should_have_all_records_wait_for_a_table_that_cannot_be_used(
    stream: Stream, error: LookalikeError, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither an outage nor a missing permission is a fault of the records."""

    def fail(_ids: object) -> NoReturn:
        raise error

    pictures = _stored(stream, 1, 2)
    records = [a_record("INSERT", p.fingerprint_id, n) for n, p in enumerate(pictures)]
    with monkeypatch.context() as patched:
        patched.setattr(stream.table.pictures, "get_many", fail)
        assert stream.function.handle_batch(records) == BatchOutcome(0, 0, retry_from=0)
    assert stream.rejected() == []


def test_should_keep_poison_whole_and_go_on(stream: Stream) -> None:
    pictures = _stored(stream, 0, 1, 2)
    stream.index.outcomes[pictures[1].fingerprint_id] = REFUSED
    records = [a_record("INSERT", p.fingerprint_id, n, new=p) for n, p in enumerate(pictures)]
    outcome = stream.function.handle_batch([records[0], ALIEN, records[1], records[2]])
    assert outcome == BatchOutcome(applied=2, rejected=2, retry_from=None)
    assert stream.searchable() == 2
    kept = {json.dumps(failed.record): failed.reason for failed in stream.rejected()}
    assert set(kept) == {json.dumps(ALIEN), json.dumps(records[1])}
    assert kept[json.dumps(records[1])] == "mapper_parsing_exception"


def test_should_keep_the_one_record_to_which_something_unforeseen_happens(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lambda halves a batch that fails as a whole, until that record stands alone."""

    def fail(_ids: object) -> NoReturn:
        raise ZeroDivisionError("of ours")

    pictures = _stored(stream, 1, 2)
    records = [a_record("INSERT", p.fingerprint_id, n) for n, p in enumerate(pictures)]
    monkeypatch.setattr(stream.table.pictures, "get_many", fail)
    with pytest.raises(ZeroDivisionError):
        stream.function.handle_batch(records)
    assert stream.rejected() == []
    assert stream.function.handle_batch(records[:1]) == BatchOutcome(0, 1, retry_from=None)
    [kept] = stream.rejected()
    assert (kept.record, kept.reason) == (records[0], "ZeroDivisionError: of ours")


def test_should_keep_apart_an_id_that_cannot_be(stream: Stream) -> None:
    [picture] = _stored(stream, 1)
    records = [a_record("INSERT", "\ud800", 1), a_record("INSERT", picture.fingerprint_id, 2)]
    assert stream.function.handle_batch(records) == BatchOutcome(
        applied=1, rejected=1, retry_from=None
    )
    assert [failed.record for failed in stream.rejected()] == [records[0]]


def test_should_keep_a_record_once_however_often_it_comes(stream: Stream) -> None:
    for _ in range(3):
        stream.function.handle_batch([ALIEN])
    assert [failed.record for failed in stream.rejected()] == [ALIEN]


def test_should_keep_apart_the_one_picture_that_cannot_be_read(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One damaged item does not spoil the reading of the others."""
    pictures = _stored(stream, 0, 1, 2)
    damaged = pictures[1].fingerprint_id
    read = stream.table.pictures.get_many

    def get_many(ids: list[str]) -> dict[str, Picture]:
        if damaged in ids:
            raise KeyError("hashes")
        return read(ids)

    monkeypatch.setattr(stream.table.pictures, "get_many", get_many)
    records = [a_record("INSERT", p.fingerprint_id, n) for n, p in enumerate(pictures)]
    assert stream.function.handle_batch(records) == BatchOutcome(
        applied=2, rejected=1, retry_from=None
    )
    [kept] = stream.rejected()
    assert kept.record == records[1]
    assert "KeyError" in kept.reason
    assert stream.searchable() == 2


def test_should_have_poison_come_again_where_it_cannot_be_kept(
    stream: Stream, s3: S3Client
) -> None:
    """It is lost neither way; and what stands before it is not held up."""
    [picture] = _stored(stream, 1)
    stream.failed_records = FailedRecords(s3, "no-such-bucket")
    records = [a_record("INSERT", picture.fingerprint_id), ALIEN]
    assert stream.function.handle_batch(records) == BatchOutcome(
        applied=1, rejected=0, retry_from=1
    )
    stream.failed_records = FailedRecords(s3, BUCKET)
    assert stream.function.handle_batch(records[1:]) == BatchOutcome(
        applied=0, rejected=1, retry_from=None
    )


def test_should_follow_a_sweep(stream: Stream) -> None:
    shown, forgotten = _stored(stream, 1, 2)
    stream.table.products.put_many([a_product(1, fingerprint_id=shown.fingerprint_id)])
    ids = [shown.fingerprint_id, forgotten.fingerprint_id]
    stream.function.handle_batch([a_record("INSERT", key, n) for n, key in enumerate(ids)])
    assert stream.table.pictures.sweep(2_000_000) == 1
    stream.function.handle_batch([a_record("REMOVE", forgotten.fingerprint_id, 3, old=forgotten)])
    assert stream.searchable() == 1
