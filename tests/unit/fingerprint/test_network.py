"""The network is the one that this version was made with, and serves several threads."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from lambdas.shared.fingerprint.network import (
    INPUT_PIXELS,
    MODEL_PATH,
    ModelMissingError,
    Network,
    network_input,
)
from lambdas.shared.fingerprint.version import MODEL_SHA256
from lambdas.shared.images.preparation import PreparedPicture
from tests.images import picture


def test_should_have_the_pinned_digest() -> None:
    assert hashlib.sha256(MODEL_PATH.read_bytes()).hexdigest() == MODEL_SHA256


def test_should_say_how_to_build_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match=r"lookalike\.onnx is not built.*`make setup`"):
        Network.load(tmp_path / "lookalike.onnx")


@pytest.mark.parametrize("content", [b"", b"another network"], ids=["empty", "other"])
def test_should_refuse_a_file_of_another_version(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "lookalike.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelMissingError, match="another version: run `make clean setup`"):
        Network.load(path)


def test_should_refuse_a_file_with_one_bit_changed(tmp_path: Path) -> None:
    content = bytearray(MODEL_PATH.read_bytes())
    content[len(content) // 2] ^= 1
    path = tmp_path / "lookalike.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelMissingError):
        Network.load(path)


@pytest.mark.parametrize("size", [(16, 16), (400, 533), (1600, 40), (224, 224)])
def test_should_describe_views_of_any_size(size: tuple[int, int], network: Network) -> None:
    described = network.run(picture(*size))
    assert described.shape == (512,)
    assert described.dtype == np.float32
    assert np.isfinite(described).all()
    assert network_input(picture(*size)).shape == (INPUT_PIXELS, INPUT_PIXELS, 3)


def test_should_say_the_same_from_eight_threads(network: Network) -> None:
    views = [picture(200, 300, seed=seed) for seed in range(6)]
    expected = [network.run(view).tobytes() for view in views]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda view: network.run(view).tobytes(), views * 8))
    assert found == expected * 8


def test_should_tell_photographs_apart(
    network: Network, prepared_samples: Mapping[str, PreparedPicture]
) -> None:
    """About half of the bits differ between photographs that have nothing in common."""
    first, *others = (network.run(p.whole) > 0 for p in list(prepared_samples.values())[::20])
    distances = [int((first != other).sum()) for other in others]
    assert min(distances) > 100
    assert max(distances) < 400
