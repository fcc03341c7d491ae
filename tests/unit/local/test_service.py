"""Pictures are decoded one a core, and none when the service is over."""

from __future__ import annotations

from threading import Event

import pytest

from lambdas.shared.http.problems import StoppingError
from scripts.local.service import _one_a_core
from tests.fakes import a_picture_file, fake_prepare


def test_nothing_is_decoded_when_the_service_is_over() -> None:
    over = Event()
    prepare = _one_a_core(fake_prepare, over)
    assert prepare(a_picture_file(3)).width == 3
    over.set()
    with pytest.raises(StoppingError):
        prepare(a_picture_file(3))
