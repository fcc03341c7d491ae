"""A record says which picture it is about, or is malformed."""

from __future__ import annotations

import pytest

from lookalike.sync.stream_records import (
    MalformedRecordError,
    changed_picture,
    created_at,
    sequence_number,
)
from tests.builders import a_picture, some_hashes
from tests.unit.sync.stream.records import a_record


@pytest.mark.parametrize("name", ["INSERT", "MODIFY", "REMOVE"])
def test_should_name_the_picture_that_changed(name: str) -> None:
    record = {**a_record("INSERT", "f1"), "eventName": name}
    assert changed_picture(record) == "f1"


def test_should_pass_over_a_picture_that_was_only_seen_again() -> None:
    old, new = a_picture(1, last_seen=100), a_picture(1, last_seen=200)
    assert changed_picture(a_record("MODIFY", old.fingerprint_id, old=old, new=new)) is None


def test_should_sync_a_picture_whose_hashes_changed() -> None:
    old, new = a_picture(1), a_picture(1, hashes=some_hashes(2))
    record = a_record("MODIFY", old.fingerprint_id, old=old, new=new)
    assert changed_picture(record) == old.fingerprint_id


@pytest.mark.parametrize(
    "record",
    [
        None,
        "text",
        {},
        {"dynamodb": None, "eventName": "INSERT"},
        {"dynamodb": {}, "eventName": "INSERT"},
        {"dynamodb": {"Keys": None}, "eventName": "INSERT"},
        {"dynamodb": {"Keys": {"fingerprint_id": {"N": "1"}}}, "eventName": "INSERT"},
        {"dynamodb": {"Keys": {"fingerprint_id": {"S": ""}}}, "eventName": "INSERT"},
        {"dynamodb": {"Keys": {"fingerprint_id": {"S": 1}}}, "eventName": "INSERT"},
        {"dynamodb": {"Keys": {"fingerprint_id": {"S": "f"}}}, "eventName": "TRUNCATE"},
        {"dynamodb": {"Keys": {"fingerprint_id": {"S": "f"}}}},
    ],
)
def test_should_refuse_what_names_no_picture(record: object) -> None:
    with pytest.raises(MalformedRecordError):
        changed_picture(record)


@pytest.mark.parametrize("record", [None, {}, {"dynamodb": None}, {"dynamodb": {}}])
def test_should_know_neither_place_nor_time_of_a_record_without_them(record: object) -> None:
    assert sequence_number(record) == ""
    assert created_at(record) is None


def test_should_know_place_and_time() -> None:
    record = a_record("INSERT", "f", 42)
    assert (sequence_number(record), created_at(record)) == ("42", 42.0)
