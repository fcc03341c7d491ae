"""Models that do not answer are left alone for a while, and longer each time."""

from __future__ import annotations

from typing_extensions import override

from lookalike.fingerprint.analysis import Analysis
from lookalike.search.embedding import MissingEmbeddings
from lookalike.search.models.errors import ModelAwayError, ModelDeniedError
from lookalike.search.models.pauses import LONGEST_PAUSE, ModelPauses
from lookalike.search.models.registry import Models
from lookalike.storage.embeddings import Vector
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import VERSION
from tests.embeddings import FakeModel, FakeNetwork
from tests.fakes import Clock, a_picture_file, fake_prepare
from tests.unit.search.test_embedding import AwayModel, a_stored_picture

AWAY = ModelAwayError("Nobody answers.")


def test_should_leave_a_model_alone_twice_as_long_after_each_failure() -> None:
    clock = Clock()
    pauses = ModelPauses(clock)
    lengths = []
    for _ in range(10):
        pauses.failed("titan", AWAY)
        start = clock.now
        while pauses.paused():
            clock.now += 1
        lengths.append(clock.now - start)
    assert lengths[:3] == [5, 10, 20]
    assert lengths[-1] == LONGEST_PAUSE


def test_should_forgive_a_model_that_answers() -> None:
    clock = Clock()
    pauses = ModelPauses(clock)
    pauses.failed("titan", AWAY)
    pauses.failed("titan", AWAY)
    assert pauses.paused() == {"titan"}
    clock.now += 6
    assert pauses.paused() == set(), "what fails during a pause is no reason for a longer one"
    pauses.answered("titan")
    pauses.failed("titan", AWAY)
    clock.now += 6
    assert pauses.paused() == set()


def test_should_leave_a_denied_model_alone_for_long_at_once() -> None:
    clock = Clock()
    pauses = ModelPauses(clock)
    pauses.failed("titan", ModelDeniedError("No access."))
    clock.now += LONGEST_PAUSE - 1
    assert pauses.paused() == {"titan"}


class CountedModel(AwayModel):
    """Counts how often it is asked."""

    asked = 0

    @override
    def embed(self, analysis: Analysis) -> Vector:
        self.asked += 1
        return super().embed(analysis)


def test_should_not_let_registrations_wait_for_a_model_each_time() -> None:
    clock, away = Clock(), CountedModel(0)
    models = Models({"away": away, "fake": FakeModel()}, "away", pauses=ModelPauses(clock))
    analysis = Analysis(fake_prepare(a_picture_file(1)), FakeNetwork())
    for _ in range(5):
        assert models.registered(analysis).keys() == {"fake-1"}
    assert away.asked == 1
    clock.now += 6
    models.registered(analysis)
    assert away.asked == 2
    away.answers = 9
    clock.now += 11
    assert models.registered(analysis).keys() == {"away-1", "fake-1"}


def test_should_leave_what_is_registered_meanwhile_to_the_background() -> None:
    """It knows which models did not answer at registration, and asks when their pause ends."""
    clock, away, storage = Clock(), CountedModel(0), MemoryStorage(VERSION)
    models = Models({"away": away, "fake": FakeModel()}, "away", pauses=ModelPauses(clock))
    models.registered(Analysis(fake_prepare(a_picture_file(1)), FakeNetwork()))
    storage.pictures.put_many([a_stored_picture(1)])
    missing = MissingEmbeddings(storage, models, FakeNetwork())
    assert not missing.compute(spare_paused=True)
    assert (away.asked, storage.embeddings.counts()) == (1, {"fake-1": 1})
    clock.now, away.answers = clock.now + 6, 9
    assert missing.compute(spare_paused=True)
    assert storage.embeddings.counts() == {"away-1": 1, "fake-1": 1}


def test_should_not_forgive_a_model_that_the_background_has_nothing_for() -> None:
    """Registrations of pictures that are embedded already ask it, and leave nothing to do."""
    clock, away, storage = Clock(), CountedModel(0), MemoryStorage(VERSION)
    models = Models({"away": away}, "away", pauses=ModelPauses(clock))
    analysis = Analysis(fake_prepare(a_picture_file(1)), FakeNetwork())
    missing = MissingEmbeddings(storage, models, FakeNetwork())
    models.registered(analysis)
    clock.now += 6
    assert missing.compute(spare_paused=True)
    models.registered(analysis)
    clock.now += 6
    models.registered(analysis)
    assert away.asked == 2, "the second pause is longer"
