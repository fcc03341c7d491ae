"""The network's files belong to this version, and several threads may run it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lookalike.fingerprint.model_files import CELL_MODEL_PATH, MODEL_PATH
from lookalike.fingerprint.network import (
    ModelMissingError,
    Network,
    network_input,
)
from lookalike.fingerprint.version import MODEL_SHA256
from lookalike.images.network_frame import NETWORK_PIXELS
from lookalike.images.preparation import PreparedPicture
from tests.images import picture

REMEDY = "Install Lookalike anew; in its source folder: make clean run$"


def test_should_have_the_pinned_digest() -> None:
    contents = MODEL_PATH.read_bytes() + CELL_MODEL_PATH.read_bytes()
    assert hashlib.sha256(contents).hexdigest() == MODEL_SHA256


@pytest.mark.parametrize("missing", [MODEL_PATH, CELL_MODEL_PATH], ids=["whole", "cells"])
def test_should_say_what_to_do_about_a_missing_file(missing: Path, tmp_path: Path) -> None:
    whole, cells = _with(missing, b"", tmp_path)
    (tmp_path / missing.name).unlink()
    with pytest.raises(ModelMissingError, match=f"^{missing.name} is missing. {REMEDY}"):
        Network.load(whole, cells)


@pytest.mark.parametrize("content", [b"", b"another network"], ids=["empty", "other"])
@pytest.mark.parametrize("changed", [MODEL_PATH, CELL_MODEL_PATH], ids=["whole", "cells"])
def test_should_refuse_a_file_of_another_version(
    tmp_path: Path, changed: Path, content: bytes
) -> None:
    with pytest.raises(ModelMissingError, match=f"are of another version. {REMEDY}"):
        Network.load(*_with(changed, content, tmp_path))


@pytest.mark.parametrize("changed", [MODEL_PATH, CELL_MODEL_PATH], ids=["whole", "cells"])
def test_should_refuse_a_file_with_one_bit_changed(tmp_path: Path, changed: Path) -> None:
    content = bytearray(changed.read_bytes())
    content[len(content) // 2] ^= 1
    with pytest.raises(ModelMissingError):
        Network.load(*_with(changed, bytes(content), tmp_path))


def _with(changed: Path, content: bytes, folder: Path) -> tuple[Path, Path]:
    """The paths of both files, one of which is another."""
    other = folder / changed.name
    other.write_bytes(content)
    whole, cells = (other if path == changed else path for path in (MODEL_PATH, CELL_MODEL_PATH))
    return whole, cells


@pytest.mark.parametrize("size", [(16, 16), (400, 533), (1600, 40), (224, 224)])
def test_should_describe_views_of_any_size(size: tuple[int, int], network: Network) -> None:
    described = network.run(picture(*size))
    assert described.deep.shape == (512,)
    assert described.cells.shape == (784, 64)
    assert described.deep.dtype == described.cells.dtype == np.float32
    assert np.isfinite(described.deep).all()
    assert np.linalg.norm(described.cells, axis=1) == pytest.approx(np.ones(784), abs=1e-5)
    assert network_input(picture(*size)).shape == (NETWORK_PIXELS, NETWORK_PIXELS, 3)


@pytest.mark.parametrize("size", [(16, 16), (400, 533), (1600, 40), (224, 224)])
def test_should_describe_cells_the_same_by_the_first_blocks(
    size: tuple[int, int], network: Network
) -> None:
    view = picture(*size, seed=1)
    assert network.cells(view) == pytest.approx(network.run(view).cells, abs=1e-5)


@pytest.mark.parametrize(("pixels", "places"), [(144, 324), (224, 784), (64, 64)])
def test_should_describe_cells_of_eight_pixels(pixels: int, places: int, network: Network) -> None:
    cells = network.cells(picture(400, 533), pixels)
    assert cells.shape == (places, 64)
    assert np.linalg.norm(cells, axis=1) == pytest.approx(np.ones(places), abs=1e-5)


def test_should_list_cells_row_by_row(network: Network) -> None:
    """What changes at the right end of the first row is described by that row's last places."""
    view = picture(224, 224)
    changed = view.copy()
    changed.paste((255, 0, 0), (208, 0, 224, 16))
    away = np.linalg.norm(network.cells(view) - network.cells(changed), axis=1).reshape(28, 28)
    assert np.unravel_index(away.argmax(), away.shape)[0] <= 2
    assert np.unravel_index(away.argmax(), away.shape)[1] >= 25
    assert away[14:, :14].max() < 1e-3


def test_should_give_the_same_output_in_eight_threads(network: Network) -> None:
    views = [picture(200, 300, seed=seed) for seed in range(6)]

    def described(view: Image.Image) -> bytes:
        found = network.run(view)
        return found.deep.tobytes() + found.cells.tobytes() + network.cells(view, 144).tobytes()

    expected = [described(view) for view in views]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(described, views * 8)) == expected * 8


def test_should_tell_photographs_apart(
    network: Network, prepared_samples: Mapping[str, PreparedPicture]
) -> None:
    """About half of the bits differ between photographs that have nothing in common."""
    first, *others = (network.run(p.whole).deep > 0 for p in list(prepared_samples.values())[::20])
    distances = [int((first != other).sum()) for other in others]
    assert min(distances) > 100
    assert max(distances) < 400
