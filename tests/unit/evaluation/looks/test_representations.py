"""What every method sees in pictures, and which pictures are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from typing_extensions import override

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.looks.representations import represent
from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.network import Network
from lookalike.search.models.errors import ModelDeniedError, PictureRefusedError
from lookalike.storage.embeddings import Vector
from tests.embeddings import FakeModel, at_degrees


class PickyModel(FakeModel):
    """Refuses the first picture that it is asked to embed."""

    asked = 0

    @override
    def embed(self, analysis: Analysis) -> Vector:
        self.asked += 1
        if self.asked == 1:
            raise PictureRefusedError("Not this one.")
        return at_degrees(self.asked)


def test_should_go_on_after_a_picture_that_a_model_refuses(
    sample_pictures: tuple[Path, ...], network: Network, tmp_path: Path
) -> None:
    entries = [Entry(path.stem, "shop", path.stem, path) for path in sample_pictures[:3]]
    found = represent(entries, [PickyModel()], network, tmp_path)
    assert [entry.entity_id for entry in found.entries] == [e.entity_id for e in entries[1:]]
    assert [(each.name, each.code) for each in found.refused] == [
        (entries[0].entity_id, "model_refused_picture")
    ]
    assert found.vectors_of("fake").shape == (2, 8)


def test_should_ask_for_no_picture_twice_after_an_outage(
    sample_pictures: tuple[Path, ...], network: Network, tmp_path: Path
) -> None:
    entries = [Entry(path.stem, "shop", path.stem, path) for path in sample_pictures[:4]]
    away = DeniedModel(2)
    with pytest.raises(ModelDeniedError):
        represent(entries, [away], network, tmp_path)
    [file] = tmp_path.iterdir()
    cut = file.read_bytes() + b"the beginning of a row"
    file.write_bytes(cut)

    away.answers = 9
    found = represent(entries, [away], network, tmp_path)

    assert away.embedded == 4
    assert len(found.entries) == 4, "an outage is no refusal"
    again = represent(entries, [away], network, tmp_path)
    assert away.embedded == 4
    assert again.vectors_of("fake").tolist() == found.vectors_of("fake").tolist()


class DeniedModel(FakeModel):
    """Answers so many times, and then may not be used."""

    def __init__(self, answers: int) -> None:
        super().__init__()
        self.answers = answers
        self.embedded = 0

    @override
    def embed(self, analysis: Analysis) -> Vector:
        if not self.answers:
            raise ModelDeniedError("It may not be used.")
        self.answers -= 1
        self.embedded += 1
        return at_degrees(self.embedded)
