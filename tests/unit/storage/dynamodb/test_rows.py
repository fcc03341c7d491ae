"""What is written is read back to the last bit, and is as large as DynamoDB says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.pictures import Picture
from lookalike.storage.dynamodb.items import (
    item_bytes,
    picture_from,
    picture_item,
    run_from,
    run_item,
)
from lookalike.storage.import_runs import ImportRun
from tests.builders import a_fingerprint, a_picture

shares = st.floats(0, 1)
times = st.floats(0, 1e11)


@given(trim_box=st.tuples(shares, shares, shares, shares), signature=st.binary())
def test_should_read_back_a_picture(
    trim_box: tuple[float, float, float, float], signature: bytes
) -> None:
    fingerprint = replace(a_fingerprint(), trim_box=trim_box, signature=signature)
    item = picture_item(Picture(fingerprint, 7))

    assert picture_from(item) == Picture(fingerprint, 7)


def test_should_write_numbers_of_numpy_as_any_others() -> None:
    """An array's element is no number of Python's own, but may well be in a fingerprint."""
    whole, half = np.float64(1), np.float64(0.5)
    fingerprint = replace(a_fingerprint(), quality=np.int64(9), trim_box=(0, half, whole, half))  # type: ignore[arg-type]

    stored = picture_from(picture_item(Picture(fingerprint, 7))).fingerprint

    assert (stored.quality, stored.trim_box) == (9, (0, 0.5, 1, 0.5))


@given(created_at=times, finished_at=st.none() | times, started_at=st.none() | times)
def test_should_read_back_a_run(
    created_at: float, finished_at: float | None, started_at: float | None
) -> None:
    run = ImportRun("a", created_at, finished_at=finished_at, started_at=started_at, total=3)

    assert run_from(run_item(run)) == run


@pytest.mark.parametrize(
    ("item", "least"),
    [
        ({"a": {"S": "äb"}}, 4),
        ({"name": {"B": b"12345"}}, 9),
        ({"a": {"M": {"b": {"S": "c"}, "d": {"S": "e"}}}}, 8),
        ({"a": {"L": [{"S": "b"}, {"S": "c"}]}}, 6),
        ({"a": {"NULL": True}}, 2),
    ],
)
def test_should_take_an_item_for_no_smaller_than_it_is_and_not_much_larger(
    item: dict[str, object], least: int
) -> None:
    """As documented: names and contents in UTF-8, a byte for a null, a byte an element."""
    assert least <= item_bytes(item) <= least + 10


def test_should_keep_pictures_as_small_as_they_are() -> None:
    """A transaction of fifty registrations is far from what DynamoDB takes as one."""
    item = picture_item(a_picture(trimmed=True, signature=bytes(16_000)))

    assert 16_000 < item_bytes(item) < 17_000
