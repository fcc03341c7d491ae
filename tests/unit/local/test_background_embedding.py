"""Models that do not answer are left alone for a while, and longer each time."""

from __future__ import annotations

from lookalike.local.background_embedding import LONGEST_PAUSE, ModelPauses
from lookalike.search.models.errors import ModelAwayError, ModelDeniedError
from tests.fakes import Clock

AWAY = {"titan": ModelAwayError("Nobody answers.")}


def test_should_leave_a_model_alone_twice_as_long_after_each_failure() -> None:
    clock = Clock()
    pauses = ModelPauses(clock)
    lengths = []
    for _ in range(10):
        pauses.failed(AWAY)
        start = clock.now
        while pauses.paused():
            clock.now += 1
        lengths.append(clock.now - start)
    assert lengths[:3] == [5, 10, 20]
    assert lengths[-1] == LONGEST_PAUSE


def test_should_forgive_a_model_that_answers() -> None:
    clock = Clock()
    pauses = ModelPauses(clock)
    pauses.failed(AWAY)
    assert pauses.paused() == {"titan"}
    pauses.failed({})
    assert pauses.paused() == {"titan"}, "it was not asked"
    clock.now += 6
    pauses.failed({})
    pauses.failed(AWAY)
    clock.now += 6
    assert pauses.paused() == set()


def test_should_leave_a_denied_model_alone_for_long_at_once() -> None:
    clock = Clock()
    pauses = ModelPauses(clock)
    pauses.failed({"titan": ModelDeniedError("No access.")})
    clock.now += LONGEST_PAUSE - 1
    assert pauses.paused() == {"titan"}
