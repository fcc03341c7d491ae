"""One decoder is asked again only if its last answer was read."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import closing
from types import FrameType

import pytest

from lookalike.images.isolation.decoder_process import DecoderEndedError, DecoderProcess
from tests.images import encoded, picture
from tests.unit.images.isolation.conftest import DEADLY

SECONDS = 20.0


@pytest.fixture
def decoder() -> Iterator[DecoderProcess]:
    """One that takes pictures."""
    with closing(DecoderProcess(DEADLY)) as decoder:
        decoder.wait_until_ready()
        yield decoder


def test_should_be_asked_again_after_an_answer(decoder: DecoderProcess) -> None:
    assert decoder.prepare(encoded(picture(), "PNG"), SECONDS).width == picture().width
    assert decoder.is_alive


def test_should_not_be_asked_again_when_it_took_too_long(decoder: DecoderProcess) -> None:
    with pytest.raises(DecoderEndedError) as caught:
        decoder.prepare(b"sleep", 0.01)
    assert caught.value.is_timeout
    assert not decoder.is_alive


def test_should_not_be_asked_again_when_its_answer_was_not_awaited(
    decoder: DecoderProcess,
) -> None:
    """Else the next picture would get the answer about the last one."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        with pytest.raises(KeyboardInterrupt):
            decoder.prepare(b"sleep", SECONDS)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert not decoder.is_alive
