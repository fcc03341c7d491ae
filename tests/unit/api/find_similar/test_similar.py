"""A check that is done is answered, whatever becomes of the search that goes with it."""

from __future__ import annotations

import pytest
from typing_extensions import override

from lookalike.fingerprint.analysis import Analysis
from lookalike.search.looks import LooksSearch
from lookalike.search.models.model import EmbeddingModel
from lookalike.search.models.registry import Models
from lookalike.search.ranked_pictures import RankedPictures
from lookalike.storage.embeddings import Vector
from tests.embeddings import FakeModel, FakeNetwork
from tests.service import KNOWN, Client, Parts
from tests.unit.search.test_embedding import AwayModel


class BrokenModel(FakeModel):
    """Fails as nobody has foreseen."""

    @override
    def embed(self, analysis: Analysis) -> Vector:
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("model", "status", "code"),
    [(AwayModel(0), 503, "model_away"), (BrokenModel(), 500, "internal_error")],
)
def test_should_answer_the_check_where_the_search_fails(
    parts: Parts,
    request: pytest.FixtureRequest,
    model: EmbeddingModel,
    status: int,
    code: str,
) -> None:
    models = Models({model.name: model}, model.name)
    parts.looks = LooksSearch(RankedPictures(parts.storage), models, FakeNetwork())
    client: Client = request.getfixturevalue("client")
    checked = client.get(f"/find_similar?image_url={KNOWN}")
    answer = client.get(f"/find_similar?image_url={KNOWN}&include=similar")
    assert (checked.status, answer.status) == (200, 200)
    problem = answer.json["similar_problem"]
    assert answer.json == {**checked.json, "similar_problem": problem}, "similar is null"
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["request_id"]
    assert problem["retryable"] is (status == 503)
