"""What a decoder answers is believed only as far as it can be true."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from mmap import mmap

import pytest

from lookalike.errors import ImageCorruptError
from lookalike.images.isolation.exchange import (
    MAX_MESSAGE,
    MEMORY_BYTES,
    BadAnswerError,
    answer_of,
    get_file,
    get_picture,
    message_of,
    put_file,
    put_picture,
    refusal,
    resident_of,
)
from lookalike.images.limits import MAX_BYTES
from lookalike.images.preparation import prepare
from tests.images import encoded, picture

TRUE = {"whole": [4, 3], "trim_box": [0, 0, 4, 3], "size": [40, 30], "resident": 1}


@pytest.fixture
def memory() -> Iterator[mmap]:
    """As both sides see it."""
    with closing(mmap(-1, MEMORY_BYTES)) as memory:
        yield memory


def test_should_hand_over_the_largest_file_and_then_its_picture(memory: mmap) -> None:
    data = encoded(picture(), "PNG").ljust(MAX_BYTES, b"\0")
    sent = put_file(memory, data)
    assert get_file(memory, sent) == data
    prepared = prepare(data)
    answer = answer_of(message_of(put_picture(memory, prepared)))
    found = get_picture(memory, answer)
    assert found.whole.tobytes() == prepared.whole.tobytes()
    assert (found.trim_box, found.width) == (prepared.trim_box, prepared.width)


def test_should_hand_over_a_refusal_in_one_message(memory: mmap) -> None:
    message = message_of(refusal(ImageCorruptError("\U0001f5bc" * 10_000)) | {"resident": 2**40})
    assert len(message) < MAX_MESSAGE
    with pytest.raises(ImageCorruptError):
        get_picture(memory, answer_of(message))


@pytest.mark.parametrize("message", [b"", b"[1]", b"{", b"\xff", b'"text"'])
def test_should_not_believe_what_is_no_answer(message: bytes) -> None:
    with pytest.raises(BadAnswerError):
        answer_of(message)


@pytest.mark.parametrize(
    "lie",
    [
        {"whole": [0, 3]},
        {"whole": [-4, -3]},
        {"whole": [100_000, 100_000], "trim_box": [0, 0, 9, 9]},
        {"whole": [4.0, 3.0]},
        {"whole": [4, 3, 3]},
        {"whole": None},
        {"trim_box": [2, 0, 2, 3]},
        {"trim_box": [0, 0, 5, 3]},
        {"size": [True, 30]},
        {"size": [0, 30]},
        {"code": "image_corrupt"},
        {"code": "internal", "detail": "Something else."},
        {"code": ["image_corrupt"], "detail": "Something else."},
    ],
    ids=json.dumps,
)
def test_should_not_believe_what_cannot_be(memory: mmap, lie: dict[str, object]) -> None:
    assert get_picture(memory, dict(TRUE)).width == 40
    with pytest.raises(BadAnswerError):
        get_picture(memory, TRUE | lie)


def test_should_not_believe_a_decoder_that_hides_its_memory() -> None:
    assert resident_of(dict(TRUE)) == 1
    with pytest.raises(BadAnswerError):
        resident_of({})
