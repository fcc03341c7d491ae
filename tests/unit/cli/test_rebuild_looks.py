"""``lookalike index rebuild-looks`` knows the index of each model of a deployment."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookalike.aws.looks import deployed_space
from lookalike.cli.commands.index_rebuild_looks import space_of_model
from lookalike.errors import BadParameterError, SettingInvalidError
from lookalike.storage.embeddings import Quantisation

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
