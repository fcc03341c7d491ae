"""The reader decodes no picture after the service was stopped."""

from __future__ import annotations

from concurrent.futures import CancelledError
from threading import Event

import pytest

from lookalike.http.problems import StoppingError
from lookalike.images.preparation import PreparedPicture
from lookalike.local.components import stoppable_reader
from tests.fakes import FakeFetcher
from tests.images import encoded, picture


def test_should_decode_nothing_after_a_stop() -> None:
    stopped = Event()
    reader = stoppable_reader(FakeFetcher({}), stopped)
    file = encoded(picture(), "PNG")
    assert reader.read(file).width == picture().width
    stopped.set()
    with pytest.raises(StoppingError):
        reader.read(file)


def test_should_refuse_a_picture_whose_decoder_is_stopped() -> None:
    def prepare(_data: bytes) -> PreparedPicture:
        raise CancelledError

    reader = stoppable_reader(FakeFetcher({}), Event(), prepare=prepare)
    with pytest.raises(StoppingError):
        reader.read(encoded(picture(), "PNG"))
