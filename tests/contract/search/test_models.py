from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.network import Network
from lookalike.images.preparation import prepare
from lookalike.search.models.lazy import LazyModel
from lookalike.search.models.model import EmbeddingModel
from lookalike.search.models.registry import build_models
from lookalike.search.models.settings import BuiltInSettings, ModelSettings, SearchSettings
from lookalike.storage.embeddings import pack, unpack
from tests.unit.search.models.onnx_models import a_model_file, settings_of

Built = Callable[..., EmbeddingModel]
PHOTOS = sorted((Path(__file__).parents[3] / "sample" / "photos").glob("*.jpg"))[:3]


@pytest.fixture(scope="module")
def pictures() -> list[Analysis]:
    """Three photographs."""
    network = Network.load()
    return [Analysis(prepare(path.read_bytes()), network) for path in PHOTOS]


@pytest.fixture(params=[False, True], ids=["at once", "later"])
def a_model(request: pytest.FixtureRequest) -> Built:
    """Builds a model, which is loaded at once or when it is first asked."""

    def built(settings: ModelSettings, name: str = "m") -> EmbeddingModel:
        def load() -> EmbeddingModel:
            found = SearchSettings(default=name, models={name: settings})
            return build_models(found).named(name)

        return LazyModel(name, settings, load) if request.param else load()

    return built


@pytest.fixture(params=["built-in", "built-in, without colours", "onnx"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> ModelSettings:
    """Settings of each kind."""
    if request.param == "onnx":
        return settings_of(a_model_file(tmp_path / "small.onnx"))
    return BuiltInSettings() if request.param == "built-in" else BuiltInSettings(colour=0)


def test_should_embed_pictures_as_vectors_of_unit_length(
    a_model: Built, settings: ModelSettings, pictures: list[Analysis]
) -> None:
    model = a_model(settings)
    vectors = np.stack([model.embed(picture) for picture in pictures])
    assert vectors.shape == (3, model.space.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert float(vectors[0] @ vectors[1]) < 0.999
    stored = unpack([pack(vector) for vector in vectors], model.space.dimension)
    assert np.einsum("rd,rd->r", stored, vectors) == pytest.approx(1, abs=1e-3)


def test_should_embed_alike_in_every_thread_and_after_a_restart(
    a_model: Built, settings: ModelSettings, pictures: list[Analysis]
) -> None:
    model, restarted = a_model(settings), a_model(settings)
    assert model.space == restarted.space
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(model.embed, [pictures[0]] * 8))
    for vector in (*found, restarted.embed(pictures[0])):
        assert vector == pytest.approx(found[0], abs=1e-5)


def test_should_have_a_version_of_its_own_name_whatever_the_quantisation(
    a_model: Built, settings: ModelSettings
) -> None:
    version = a_model(settings).space.version
    assert version.startswith("m-")
    assert a_model(settings, "other").space.version.startswith("other-")
    for quantisation in ("float32", "int8"):
        changed = settings.model_copy(update={"quantisation": quantisation})
        assert a_model(changed).space.version == version


def test_should_leave_a_blank_picture_finite(a_model: Built, settings: ModelSettings) -> None:
    blank = prepare(PHOTOS[0].read_bytes())
    whole = Image.new("RGB", blank.whole.size, "white")
    picture = type(blank)(whole, (0, 0, *whole.size), *whole.size)
    vector = a_model(settings).embed(Analysis(picture, Network.load()))
    assert np.isfinite(vector).all()
