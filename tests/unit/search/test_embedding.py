from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from typing_extensions import override

from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.signature import encode
from lookalike.pictures import Picture
from lookalike.search.embedding import MissingEmbeddings, ModelsStoppedError
from lookalike.search.looks import LooksSearch
from lookalike.search.models.errors import ModelAwayError, PictureRefusedError
from lookalike.search.models.registry import Models
from lookalike.search.options import SearchOptions
from lookalike.search.ranked_pictures import DEFAULT_ALIAS, RankedPictures
from lookalike.storage.embeddings import Vector
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import VERSION, a_fingerprint_id, a_picture, a_product
from tests.embeddings import FakeModel, FakeNetwork
from tests.fakes import a_picture_file, fake_prepare

SIGNATURE = encode(np.ones((784, 64), np.float32), Image.new("RGB", (300, 400), "red"))
OLD, NEW = FakeModel("old"), FakeModel("new")
BOTH = {"old": OLD, "new": NEW}


def a_stored_picture(number: int, signature: bytes = SIGNATURE) -> Picture:
    picture = a_picture(number, signature=signature)
    return replace(picture, fingerprint=replace(picture.fingerprint, width=number + 1))


def a_storage(count: int) -> MemoryStorage:
    storage = MemoryStorage(VERSION)
    storage.pictures.put_many([a_stored_picture(number) for number in range(count)])
    storage.products.put_many([a_product(number) for number in range(count)])
    return storage


def served_by(storage: MemoryStorage, models: Models) -> str:
    search = LooksSearch(RankedPictures(storage), models, FakeNetwork())
    return search.by_picture(fake_prepare(a_picture_file(1)), SearchOptions()).version


def test_should_embed_what_is_missing_from_the_stored_thumbnails() -> None:
    storage = a_storage(40)
    missing = MissingEmbeddings(storage, Models({"new": NEW}, "new"), FakeNetwork())
    done: list[int] = []

    assert missing.compute(lambda count, _: done.append(count))

    assert sum(done) == 40
    assert len(done) == 3  # transactions
    stored = storage.embeddings.get(NEW.space, a_fingerprint_id(30))
    assert stored is not None
    storage.pictures.put_many([a_stored_picture(50)])
    done.clear()
    assert missing.compute(lambda count, _: done.append(count))
    assert done == [1]


def test_should_move_the_default_once_all_is_embedded() -> None:
    storage = a_storage(20)
    before, after = Models(BOTH, "old"), Models(BOTH, "new")
    MissingEmbeddings(storage, Models({"old": OLD}, "old"), FakeNetwork()).compute()
    assert served_by(storage, before) == "old-1"

    missing = MissingEmbeddings(storage, after, FakeNetwork())
    stops = iter([False, True])
    assert not missing.compute(should_stop=lambda: next(stops))
    assert served_by(storage, after) == "old-1"
    assert 0 < storage.embeddings.counts()["new-1"] < 20

    assert missing.compute()
    assert served_by(storage, after) == "new-1"
    assert storage.embeddings.counts() == {"old-1": 20, "new-1": 20}
    assert storage.embeddings.alias(DEFAULT_ALIAS) == "new-1"


def test_should_keep_searching_with_the_model_of_registrations_that_no_service_followed() -> None:
    """An import alone names no default."""
    storage = a_storage(20)
    ids = [a_fingerprint_id(number) for number in range(20)]
    storage.embeddings.add("old-1", dict.fromkeys(ids, bytes(2 * OLD.space.dimension)))
    storage.embeddings.add("gone-1", {ids[0]: b""})
    assert served_by(storage, Models(BOTH, "new")) == "old-1", "also before anything is embedded"
    missing = MissingEmbeddings(storage, Models(BOTH, "new"), FakeNetwork())

    missing.keep_serving()
    assert served_by(storage, Models(BOTH, "new")) == "old-1"
    assert missing.compute()
    assert served_by(storage, Models(BOTH, "new")) == "new-1"


def test_should_record_pictures_whose_thumbnail_is_broken_and_switch_without_them(
    caplog: pytest.LogCaptureFixture,
) -> None:
    storage = a_storage(3)
    storage.pictures.put_many([a_stored_picture(9, b"broken")])
    refused: list[int] = []
    missing = MissingEmbeddings(storage, Models({"new": NEW}, "new"), FakeNetwork())

    assert missing.compute(lambda _, count: refused.append(count))

    assert refused == [1]
    assert storage.embeddings.counts() == {"new-1": 3}
    assert list(storage.embeddings.refusals("new-1")) == [a_fingerprint_id(9)]
    assert storage.embeddings.alias(DEFAULT_ALIAS) == "new-1"
    [told] = [line for line in caplog.messages if line.startswith("They do not find 1 ")]
    assert a_fingerprint_id(9) in told


def test_should_say_that_a_product_shows_a_refused_picture() -> None:
    storage = a_storage(1)
    storage.embeddings.refuse(NEW.space.version, {a_fingerprint_id(0): "It is too dark."})
    search = LooksSearch(RankedPictures(storage), Models({"new": NEW}, "new"), FakeNetwork())
    with pytest.raises(PictureRefusedError, match="too dark"):
        search.by_product(a_product(0).entity_id, SearchOptions())


class AwayModel(FakeModel):
    """Answers so many times, and then never again."""

    def __init__(self, answers: int) -> None:
        super().__init__("away")
        self.answers = answers

    @override
    def embed(self, analysis: Analysis) -> Vector:
        if not self.answers:
            raise ModelAwayError("Nobody answers.")
        self.answers -= 1
        return super().embed(analysis)


def test_should_not_switch_to_a_model_that_is_away_unless_the_operator_says_so() -> None:
    storage, away = a_storage(20), AwayModel(3)
    models = Models({"away": away, "old": OLD}, "away")
    missing = MissingEmbeddings(storage, models, FakeNetwork())
    with pytest.raises(ModelsStoppedError, match="Nobody answers"):
        missing.compute()
    assert storage.embeddings.counts() == {"away-1": 3, "old-1": 20}, "the other goes on"
    assert storage.embeddings.alias(DEFAULT_ALIAS) != "away-1"
    missing.move_default()
    assert storage.embeddings.alias(DEFAULT_ALIAS) == "away-1"


def test_should_do_nothing_without_models() -> None:
    storage = a_storage(1)
    assert MissingEmbeddings(storage, Models({}, ""), FakeNetwork()).compute()
    assert storage.embeddings.counts() == {}
    assert storage.embeddings.alias(DEFAULT_ALIAS) is None
