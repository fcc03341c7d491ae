from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from PIL import Image

from lookalike.errors import SettingInvalidError
from lookalike.fingerprint.analysis import Analysis
from lookalike.images.preparation import prepare_image
from lookalike.search.models.errors import PictureRefusedError
from lookalike.search.models.onnx_file import OnnxModel
from tests.embeddings import FakeNetwork
from tests.unit.search.models.onnx_models import DIMENSION, SIZE, a_model_file, settings_of


@pytest.fixture
def picture() -> Analysis:
    """Noise of 48 x 32 pixels."""
    levels = np.random.default_rng(2).integers(0, 255, (32, 48, 3), np.uint8)
    return Analysis(prepare_image(Image.fromarray(levels)), FakeNetwork())


def test_should_compute_what_the_settings_say(tmp_path: Path, picture: Analysis) -> None:
    path = a_model_file(tmp_path / "map.onnx")
    small = picture.trimmed.resize((SIZE, SIZE), Image.Resampling.BICUBIC, reducing_gap=2)
    levels = (np.asarray(small, np.float32) / 255 - 0.5) / 0.25
    weights = numpy_helper.to_array(onnx.load(path).graph.initializer[0])
    blocks = levels.reshape(4, 4, 4, 4, 3).transpose(0, 2, 4, 1, 3)  # row, column, channel, y, x
    means = np.einsum("rcdyx,odyx->orc", blocks, weights).mean(axis=(1, 2))

    found = OnnxModel("mine", settings_of(path)).embed(picture)

    assert found == pytest.approx(means / np.linalg.norm(means), abs=1e-5)


@pytest.mark.parametrize(
    ("output", "pooling"),
    [("map", "mean"), ("tokens", "mean"), ("vector", "none"), ("vector", "mean")],
)
def test_should_pool_every_shape_of_output_alike(
    output: str, pooling: str, tmp_path: Path, picture: Analysis
) -> None:
    path = a_model_file(tmp_path / "m.onnx", output=output)
    expected = OnnxModel("a", settings_of(a_model_file(tmp_path / "map.onnx"))).embed(picture)
    found = OnnxModel("b", settings_of(path, pooling=pooling)).embed(picture)
    assert found == pytest.approx(expected, abs=1e-5)
    assert found.shape == (DIMENSION,)


@pytest.mark.parametrize("pooling", ["first", "max"])
def test_should_take_the_first_token_or_the_highest(
    pooling: str, tmp_path: Path, picture: Analysis
) -> None:
    models = [
        OnnxModel(output, settings_of(a_model_file(tmp_path / output, output=output), **changes))
        for output, changes in (("map", {"pooling": pooling}), ("tokens", {"pooling": pooling}))
    ]
    one, other = (model.embed(picture) for model in models)
    mean = OnnxModel("mean", settings_of(tmp_path / "map")).embed(picture)
    assert one == pytest.approx(other, abs=1e-5)
    assert one != pytest.approx(mean, abs=1e-2)


def test_should_see_the_centre_alone_where_it_is_told_to(tmp_path: Path, picture: Analysis) -> None:
    path = a_model_file(tmp_path / "m.onnx")
    centre = Analysis(prepare_image(picture.trimmed.crop((8, 0, 40, 32))), FakeNetwork())
    cut = OnnxModel("cut", settings_of(path, crop="centre"))
    squeezed = OnnxModel("squeezed", settings_of(path))
    assert cut.embed(picture) == pytest.approx(squeezed.embed(centre), abs=1e-5)
    assert cut.embed(picture) != pytest.approx(squeezed.embed(picture), abs=1e-2)


def test_should_have_a_version_of_what_decides_about_its_numbers(tmp_path: Path) -> None:
    path = a_model_file(tmp_path / "m.onnx")
    moved = tmp_path / "moved.onnx"
    moved.write_bytes(path.read_bytes())
    version = OnnxModel("m", settings_of(path)).space.version
    assert OnnxModel("m", settings_of(moved, quantisation="int8")).space.version == version
    assert OnnxModel("m", settings_of(path, mean=(0.4, 0.5, 0.5))).space.version != version
    assert OnnxModel("m", settings_of(path, pooling="max")).space.version != version


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sha256": "0" * 64}, "has the digest"),
        ({"dimension": 13}, "returns 12 with pooling 'mean', and the settings say dimension 13"),
        ({"pooling": "none"}, "returns 12 x 4 x 4"),
        ({"size": 32}, "cannot embed a picture"),
        ({"input": "tensor"}, "has no input 'tensor'; it has pixels"),
        ({"output": "logits"}, "has no output 'logits'; it has map"),
        ({"mean": (float("nan"), 0.0, 0.0)}, "numbers for a grey picture that are not finite"),
        ({"file": "nowhere.onnx"}, "cannot be read: nowhere.onnx (No such file or directory)"),
    ],
)
def test_should_say_what_is_wrong_with_a_file(
    changes: dict[str, Any], words: str, tmp_path: Path
) -> None:
    path = a_model_file(tmp_path / "m.onnx")
    with pytest.raises(SettingInvalidError) as raised:
        OnnxModel("mine", settings_of(path, **changes))
    assert words in raised.value.detail
    assert raised.value.detail.startswith("The model 'mine' of models.toml ")


def test_should_ask_which_of_several_inputs_takes_pictures(tmp_path: Path) -> None:
    path = a_model_file(tmp_path / "m.onnx", inputs=2)
    with pytest.raises(SettingInvalidError, match=r"several inputs \(pixels, more\)"):
        OnnxModel("mine", settings_of(path))


def test_should_refuse_a_file_that_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    path.write_bytes(b"no model")
    with pytest.raises(SettingInvalidError, match="is no ONNX model that runs here"):
        OnnxModel("mine", settings_of(path))


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_should_refuse_a_picture_whose_numbers_are_not_finite(
    number: float, tmp_path: Path, picture: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = OnnxModel("mine", settings_of(a_model_file(tmp_path / "m.onnx")))
    found = np.ones(DIMENSION, np.float32)
    found[3] = number
    monkeypatch.setattr(model, "_run", lambda _frame: found)
    with pytest.raises(PictureRefusedError, match="not finite"):
        model.embed(picture)


def test_should_refuse_a_picture_that_the_model_fails_with(
    tmp_path: Path, picture: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = OnnxModel("mine", settings_of(a_model_file(tmp_path / "m.onnx")))

    def fail(_frame: Image.Image) -> None:
        raise RuntimeError("Non-zero status code returned while running Conv node.")

    monkeypatch.setattr(model, "_run", fail)
    with pytest.raises(PictureRefusedError, match="'mine' cannot embed the picture: Non-zero"):
        model.embed(picture)
