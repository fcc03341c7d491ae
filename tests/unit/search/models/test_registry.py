from __future__ import annotations

from pathlib import Path

import pytest

from lookalike.errors import BadParameterError, SettingInvalidError
from lookalike.search.models.registry import FILE_NAME, VARIABLE, read_models
from tests.unit.search.models.onnx_models import a_model_file, settings_of


def write(folder: Path, text: str) -> Path:
    (folder / FILE_NAME).write_text(text, "utf-8")
    return folder


def test_should_have_the_built_in_model_where_nothing_is_configured(tmp_path: Path) -> None:
    models = read_models(tmp_path)
    assert list(models.by_name) == [models.default] == ["built-in"]
    assert models.named(None).space.dimension == 512
    assert models.named(None) is models.named("built-in")
    assert read_models().named(None).space == models.named(None).space


def test_should_load_several_models_side_by_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = settings_of(a_model_file(tmp_path / "small.onnx")).sha256
    write(
        tmp_path,
        f"""
        default = "mine"
        [models.plain]
        kind = "built-in"
        dimension = 128
        colour = 0.0
        quantisation = "int8"
        [models.mine]
        kind = "onnx"
        file = "small.onnx"
        sha256 = "{digest}"
        size = 16
        pooling = "mean"
        dimension = 12
        at_registration = false
        """,
    )
    models = read_models(tmp_path)
    assert models.named(None).name == "mine"
    assert not models.named(None).at_registration
    assert (models.named("plain").space.dimension, models.named("mine").space.dimension) == (
        128,
        12,
    )
    assert models.of_version(models.named("plain").space.version) is models.named("plain")
    assert models.of_version("gone-1") is models.of_version(None) is None
    with pytest.raises(BadParameterError, match="'clip'; the models are: mine, plain"):
        models.named("clip")

    monkeypatch.setenv(VARIABLE, str(tmp_path / FILE_NAME))
    assert read_models(tmp_path / "other").default == "mine"


def test_should_embed_nothing_where_no_model_is_configured(tmp_path: Path) -> None:
    models = read_models(write(tmp_path, "models = {}"))
    assert models.by_name == {}
    with pytest.raises(BadParameterError, match="the models are: none"):
        models.named(None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("default = ", "is no TOML"),
        ("default = 'clip'", "default names 'clip', and the models are built-in"),
        ("[models.a]\nkind = 'torch'", "models.a must be of a kind that there is ("),
        ("[models.built-in]\nkind = 'built-in'\ndimension = 64", "dimension must be 256 to 704"),
        ("[models.built-in]\nkind = 'built-in'\ncolor = 1", "models.built-in.color is unknown."),
        ("[models.A]\nkind = 'built-in'", "models.A"),
        (
            "[models.a]\nkind = 'onnx'\nfile = 'x'\nsha256 = 'y'\ndimension = 9",
            "models.a.sha256 must be a SHA-256 of 64",
        ),
    ],
)
def test_should_say_where_a_configuration_is_wrong(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(SettingInvalidError) as raised:
        read_models(write(tmp_path, text))
    assert words in raised.value.detail
    assert FILE_NAME in raised.value.detail


def test_should_say_that_a_named_file_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "/nowhere/models.toml")
    with pytest.raises(SettingInvalidError, match="cannot be read: No such file"):
        read_models()
