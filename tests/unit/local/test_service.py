"""No picture is decoded any more when the service is over."""

from __future__ import annotations

from threading import Event

import pytest

from lookalike.http.problems import StoppingError
from lookalike.local.service import _reader
from tests.fakes import FakeFetcher
from tests.images import encoded, picture


def test_nothing_is_decoded_when_the_service_is_over() -> None:
    over = Event()
    reader = _reader(FakeFetcher({}), over)
    file = encoded(picture(), "PNG")
    assert reader.read(file).width == picture().width
    over.set()
    with pytest.raises(StoppingError):
        reader.read(file)
