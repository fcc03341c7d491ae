"""The network's file is the same bytes wherever it is built."""

from __future__ import annotations

import hashlib

import numpy as np
import onnx
import onnxruntime
import pytest

from lambdas.shared.fingerprint.network import Network, network_input
from lambdas.shared.fingerprint.version import MODEL_SHA256
from scripts.model.build import build, projection, weights
from scripts.model.graph import build_feature_graph, build_graph
from tests.images import picture


@pytest.fixture(scope="module")
def built() -> bytes:
    """The file as it is built here."""
    return build()


def test_should_have_the_pinned_digest(built: bytes) -> None:
    assert hashlib.sha256(built).hexdigest() == MODEL_SHA256


def test_should_be_a_valid_model_from_pixels_to_512_numbers(built: bytes) -> None:
    model = onnx.load_from_string(built)
    onnx.checker.check_model(model, full_check=True)
    (pixels,), (deep,) = model.graph.input, model.graph.output
    assert (pixels.name, deep.name) == ("pixels", "deep")
    assert [d.dim_value for d in pixels.type.tensor_type.shape.dim][1:] == [224, 224, 3]
    assert [d.dim_value for d in deep.type.tensor_type.shape.dim][1:] == [512]


def test_should_have_a_projection_of_1280_features_to_512() -> None:
    stored = projection()
    assert stored["mean"].shape == (1280,)
    assert stored["matrix"].shape == (1280, 512)
    assert all(np.isfinite(values).all() for values in stored.values())


def test_should_project_the_features_about_their_mean(network: Network) -> None:
    """What is folded into the network is what numpy computes from its features."""
    view = picture(300, 400)
    session = onnxruntime.InferenceSession(build_feature_graph(weights()).SerializeToString())
    (features,) = session.run(None, {"pixels": network_input(view)[None]})
    stored = projection()
    assert np.linalg.norm(features[0]) == pytest.approx(1, abs=1e-5)
    expected = (features[0] - stored["mean"]) @ stored["matrix"]
    assert network.run(view) == pytest.approx(expected, abs=1e-3)


def test_should_be_of_other_bytes_with_another_projection(built: bytes) -> None:
    other = projection()
    other["mean"] = other["mean"] + 1
    assert build_graph(weights(), other).SerializeToString(deterministic=True) != built
