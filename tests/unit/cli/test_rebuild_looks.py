"""``lookalike index rebuild-looks`` knows the index of each model of a deployment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
from opensearchpy import OpenSearch
from typer.testing import CliRunner

from lookalike.aws.looks import deployed_space
from lookalike.cli.app import app
from lookalike.cli.commands import index_rebuild_looks
from lookalike.cli.commands.index_rebuild_looks import space_of_model
from lookalike.cli.index_place import Place
from lookalike.errors import BadParameterError, SettingInvalidError, StorageUnavailableError
from lookalike.storage.embeddings import Quantisation
from lookalike.storage.opensearch.admin import IndexAdmin
from lookalike.storage.opensearch.index_load import IndexLoad

TEXT = """
default = "titan"
[models.titan]
kind = "bedrock"
dimension = 256
quantisation = "float32"
[models.built-in]
kind = "built-in"
"""


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A file of two models, of which none is loaded."""
    path = tmp_path / "models.toml"
    path.write_text(TEXT, "utf-8")
    return path


def test_should_fill_the_index_of_the_default_model_or_of_that_which_is_named(
    models: Path,
) -> None:
    default = space_of_model(models, None, Quantisation.INT8)
    assert (default.version.partition("-")[0], default.dimension) == ("titan", 256)
    assert default.quantisation is Quantisation.INT8, "as the environment says, not the model"
    named = space_of_model(models, "built-in", Quantisation.FLOAT16)
    assert named == deployed_space() == space_of_model(None, None, Quantisation.FLOAT16)


def test_should_say_which_models_there_are(models: Path, tmp_path: Path) -> None:
    with pytest.raises(BadParameterError, match="'clip'; the models are: built-in, titan"):
        space_of_model(models, "clip", Quantisation.FLOAT16)
    with pytest.raises(SettingInvalidError, match="cannot be read"):
        space_of_model(tmp_path / "none.toml", None, Quantisation.FLOAT16)


def test_should_not_go_on_with_the_index_of_another_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its vectors would be written over, by those of this one."""

    @contextmanager
    def opened(_place: Place, base: str, version: str) -> Iterator[IndexAdmin]:
        yield IndexAdmin(OpenSearch(), version, base)

    def away(_: object) -> NoReturn:
        raise StorageUnavailableError("It is away.")

    def rebuild(model: str) -> None:
        words = ["--url", "http://127.0.0.1:9", "--service", "none", "--tables", "a", "b"]
        words += ["--models", "models.toml", "--model", model, "--replicas", "0"]
        CliRunner().invoke(app, ["index", "rebuild-looks", *words], catch_exceptions=False)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(index_rebuild_looks, "opened_admin", opened)
    monkeypatch.setattr(IndexAdmin, "create", lambda self, _: f"{self.alias}-1")
    monkeypatch.setattr(IndexLoad, "begin", away)
    Path("models.toml").write_text(
        'default = "a"\n[models.a]\nkind = "built-in"\n[models.b]\nkind = "built-in"\n', "utf-8"
    )
    for _ in range(2):
        with pytest.raises(StorageUnavailableError, match="It is away"):
            rebuild("a")
    with pytest.raises(SettingInvalidError, match="is the progress of a into looks-a-"):
        rebuild("b")
