"""A search waits for a model elsewhere without keeping others from computing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from typing_extensions import override

from lookalike.fingerprint.analysis import Analysis
from lookalike.http.problems import OverloadedError
from lookalike.local.overload.permits import Permits
from lookalike.local.overload.permitted import PermittedSearch
from lookalike.search.models.bedrock import BedrockModel
from lookalike.search.models.registry import Models
from lookalike.search.options import SearchOptions
from lookalike.storage.embeddings import Vector
from tests.builders import a_product
from tests.embeddings import FakeModel, FakeNetwork, a_catalogue
from tests.fakes import a_picture_file, fake_prepare


class WatchedModel(FakeModel):
    """Notes whether another thread may compute while it embeds."""

    def __init__(self, permits: Permits, *, is_remote: bool) -> None:
        super().__init__()
        self.is_remote = is_remote
        self.others_compute = False
        self._permits = permits

    @override
    def embed(self, analysis: Analysis) -> Vector:
        with ThreadPoolExecutor(1) as others:
            self.others_compute = others.submit(self._compute).result()
        return super().embed(analysis)

    def _compute(self) -> bool:
        try:
            with self._permits.permit(begun=True):
                return True
        except OverloadedError:
            return False


@pytest.mark.parametrize("is_remote", [True, False])
def test_should_compute_with_a_permit_and_wait_without(is_remote: bool) -> None:  # noqa: FBT001 - a case
    permits = Permits(1, max_wait=0.01)
    model = WatchedModel(permits, is_remote=is_remote)
    models = Models({"fake": model}, "fake")
    search = PermittedSearch(a_catalogue({1: a_product(1)}), models, FakeNetwork(), permits)
    found = search.by_picture(fake_prepare(a_picture_file(1)), SearchOptions())
    assert [each.product.entity_id for each in found.products] == ["entity-000001"]
    assert model.others_compute is is_remote
    assert BedrockModel.is_remote
