"""A replay applies what can be applied now, and leaves the rest with its reason."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lookalike.errors import StorageUnavailableError
from lookalike.storage.synced_index import ChangeOutcome, ChangeState
from lookalike.sync.failed_records import FailedRecord, UnreadableObjectError
from lookalike.sync.replay import Replay, Replayed
from tests.builders import a_fingerprint_id, a_picture
from tests.unit.aws import BUCKET
from tests.unit.sync.stream.conftest import Stream
from tests.unit.sync.stream.records import a_record, an_invocation_record

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEY = "aws/lambda/mapping/shard/2026/11/14/x"
BUSY = ChangeOutcome(ChangeState.RETRY, "busy")
REFUSED = ChangeOutcome(ChangeState.REJECTED, "still no good")


@pytest.fixture
def replay(stream: Stream) -> Replay:
    """Of that stream's bucket."""
    return Replay(stream.applier, stream.failed_records)


@pytest.fixture
def invocation(stream: Stream, s3: S3Client) -> list[dict[str, object]]:
    """Three pictures whose records Lambda gave up together."""
    pictures = [a_picture(number) for number in range(3)]
    stream.table.pictures.put_many(pictures)
    records = [a_record("INSERT", p.fingerprint_id, n, new=p) for n, p in enumerate(pictures)]
    document = an_invocation_record(json.dumps({"Records": records}))
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=json.dumps(document).encode())
    return records


@pytest.mark.usefixtures("invocation")
def test_should_apply_and_take_away(stream: Stream, replay: Replay) -> None:
    assert replay.replay(KEY) == Replayed(applied=3, left=())
    assert stream.searchable() == 3
    assert list(stream.failed_records.object_keys()) == []


def test_should_apply_what_the_function_kept(stream: Stream, replay: Replay) -> None:
    """The index rejected it, and was repaired since."""
    picture = a_picture(1)
    stream.table.pictures.put_many([picture])
    stream.index.outcomes[picture.fingerprint_id] = REFUSED
    stream.function.handle_batch([a_record("INSERT", picture.fingerprint_id)])
    stream.index.outcomes.clear()
    [key] = stream.failed_records.object_keys()
    assert replay.replay(key) == Replayed(applied=1, left=())
    assert stream.searchable() == 1


def test_should_leave_what_fails_again_with_its_reason(
    stream: Stream, replay: Replay, invocation: list[dict[str, object]]
) -> None:
    stream.index.outcomes[a_fingerprint_id(1)] = REFUSED
    left = FailedRecord("still no good", invocation[1])
    assert replay.replay(KEY) == Replayed(applied=2, left=(left,))
    assert stream.failed_records.read(KEY) == [left]
    stream.index.outcomes.clear()
    assert replay.replay(KEY) == Replayed(applied=1, left=())
    assert stream.searchable() == 3


def test_should_not_rewrite_an_unchanged_object(
    stream: Stream, replay: Replay, invocation: list[dict[str, object]], s3: S3Client
) -> None:
    """An alarm goes off where anything is put into the bucket."""
    for number in reversed(range(len(invocation))):
        stream.index.outcomes[a_fingerprint_id(number)] = REFUSED
    replay.replay(KEY)
    s3.put_object_tagging(
        Bucket=BUCKET, Key=KEY, Tagging={"TagSet": [{"Key": "as it was", "Value": "then"}]}
    )
    assert len(replay.replay(KEY).left) == len(invocation)
    assert s3.get_object_tagging(Bucket=BUCKET, Key=KEY)["TagSet"], "a new object has no tags"


@pytest.mark.usefixtures("invocation")
def test_should_stop_where_the_index_is_away_and_change_nothing(
    stream: Stream, replay: Replay
) -> None:
    before = stream.failed_records.read(KEY)
    stream.index.outcomes[a_fingerprint_id(2)] = BUSY
    with pytest.raises(StorageUnavailableError, match="busy"):
        replay.replay(KEY)
    assert stream.failed_records.read(KEY) == before


def test_should_not_touch_what_it_cannot_read(stream: Stream, replay: Replay, s3: S3Client) -> None:
    s3.put_object(Bucket=BUCKET, Key="notes.txt", Body=b"look here")
    with pytest.raises(UnreadableObjectError):
        replay.replay("notes.txt")
    assert list(stream.failed_records.object_keys()) == ["notes.txt"]


def test_should_not_resurrect_what_is_gone_since(
    stream: Stream, replay: Replay, invocation: list[dict[str, object]]
) -> None:
    stream.table.pictures.sweep(2_000_000)
    assert replay.replay(KEY).applied == len(invocation)
    assert stream.searchable() == 0
