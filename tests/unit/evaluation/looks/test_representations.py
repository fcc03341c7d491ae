"""What every method sees in pictures, and which pictures are refused."""

from __future__ import annotations

from pathlib import Path

from typing_extensions import override

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.looks.representations import represent
from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.network import Network
from lookalike.search.models.errors import PictureRefusedError
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
    sample_pictures: tuple[Path, ...], network: Network
) -> None:
    entries = [Entry(path.stem, "shop", path.stem, path) for path in sample_pictures[:3]]
    found = represent(entries, [PickyModel()], network)
    assert [entry.entity_id for entry in found.entries] == [e.entity_id for e in entries[1:]]
    assert [(each.name, each.code) for each in found.refused] == [
        (entries[0].entity_id, "model_refused_picture")
    ]
    assert found.vectors_of("fake").shape == (2, 8)
