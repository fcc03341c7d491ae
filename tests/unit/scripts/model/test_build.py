"""The network's file is the same bytes wherever it is built."""

from __future__ import annotations

import hashlib

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from lookalike.fingerprint.network import Network, network_input
from lookalike.fingerprint.version import MODEL_SHA256
from lookalike.inference import inference_session
from scripts.model.build import build, projection, weights
from scripts.model.graph import build_feature_graph, build_graph
from tests.images import picture


@pytest.fixture(scope="module")
def built() -> tuple[bytes, bytes]:
    """Both files as they are built here."""
    return build()


def _sides(tensor: onnx.ValueInfoProto) -> list[int | str]:
    """The shape of an input or output, names for sides of any length."""
    return [d.dim_param or d.dim_value for d in tensor.type.tensor_type.shape.dim]


def test_should_have_the_pinned_digest(built: tuple[bytes, bytes]) -> None:
    assert hashlib.sha256(b"".join(built)).hexdigest() == MODEL_SHA256


def test_should_be_a_valid_model_from_pixels_to_hash_and_places(
    built: tuple[bytes, bytes],
) -> None:
    model = onnx.load_from_string(built[0])
    onnx.checker.check_model(model, full_check=True)
    (pixels,), outputs = model.graph.input, model.graph.output
    assert pixels.name == "pixels"
    assert _sides(pixels) == ["n", "height", "width", 3]
    assert {output.name: _sides(output) for output in outputs} == {
        "deep": ["n", 512],
        "cells": ["n", "places", 64],
    }


def test_should_be_a_valid_model_of_the_first_blocks(built: tuple[bytes, bytes]) -> None:
    model = onnx.load_from_string(built[1])
    onnx.checker.check_model(model, full_check=True)
    assert [output.name for output in model.graph.output] == ["cells"]
    assert len(built[1]) < len(built[0]) / 20


def test_should_have_projections_of_pictures_and_of_places() -> None:
    stored = projection()
    assert stored["mean"].shape == (1280,)
    assert stored["matrix"].shape == (1280, 512)
    assert stored["cell_mean"].shape == (40,)
    assert stored["cell_matrix"].shape == (40, 40)
    assert stored["cell_rotation"].shape == (40, 64)
    assert all(np.isfinite(values).all() for values in stored.values())


def test_should_project_the_features_about_their_mean(network: Network) -> None:
    """What is folded into the network is what numpy computes from its features."""
    view = picture(300, 400)
    session = inference_session(build_feature_graph(weights()).SerializeToString())
    features, places = session.run(None, {"pixels": network_input(view)[None]})
    stored = projection()
    assert np.linalg.norm(features[0]) == pytest.approx(1, abs=1e-5)
    expected = (features[0] - stored["mean"]) @ stored["matrix"]
    assert network.run(view).deep == pytest.approx(expected, abs=1e-3)
    assert np.linalg.norm(places[0], axis=1) == pytest.approx(np.ones(784), abs=1e-5)
    whitened = _of_unit_length((places[0] - stored["cell_mean"]) @ stored["cell_matrix"])
    turned = _of_unit_length(whitened @ stored["cell_rotation"])
    assert network.run(view).cells == pytest.approx(turned, abs=1e-3)


def _of_unit_length(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


@pytest.mark.parametrize("part", ["mean", "matrix", "cell_mean", "cell_matrix", "cell_rotation"])
def test_should_be_of_other_bytes_with_another_projection(
    part: str, built: tuple[bytes, bytes]
) -> None:
    other = projection()
    other[part] = other[part] + 1
    assert build_graph(weights(), other).SerializeToString(deterministic=True) != built[0]
