"""The kinds of models, and the models of a configuration. A new kind is a line here."""

from __future__ import annotations

import logging
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from lookalike.errors import (
    BadParameterError,
    LookalikeError,
    SettingInvalidError,
    TransientError,
)
from lookalike.fingerprint.analysis import Analysis
from lookalike.mistakes import explained
from lookalike.search.likeness import LikenessScale, read_scales, shipped_scales
from lookalike.search.models.bedrock import BedrockModel
from lookalike.search.models.built_in import BuiltInModel
from lookalike.search.models.model import EmbeddingModel
from lookalike.search.models.onnx_file import OnnxModel
from lookalike.search.models.pauses import ModelPauses
from lookalike.search.models.settings import (
    BedrockSettings,
    BuiltInSettings,
    ModelSettings,
    OnnxSettings,
    SearchSettings,
)
from lookalike.storage.embeddings import pack

FILE_NAME = "models.toml"
VARIABLE = "LOOKALIKE_MODELS"
"""The environment variable that names such a file elsewhere."""

log = logging.getLogger("lookalike.search")


@dataclass(frozen=True, slots=True)
class Models:
    """The models of a configuration.

    Attributes:
        by_name: all of them; may be empty.
        default: the name of that of searches that name none.
        scales: what a cosine means, by version of the model.
        pauses: which of them are left alone, since they do not answer.
    """

    by_name: Mapping[str, EmbeddingModel]
    default: str
    scales: Mapping[str, LikenessScale] = field(default_factory=shipped_scales)
    pauses: ModelPauses = field(default_factory=ModelPauses, compare=False)

    def named(self, name: str | None) -> EmbeddingModel:
        """The model of this name, or the default one.

        Raises:
            BadParameterError: there is none.
        """
        wanted = self.default if name is None else name
        if wanted not in self.by_name:
            known = ", ".join(sorted(self.by_name)) or "none"
            raise BadParameterError(f"There is no model {wanted!r}; the models are: {known}.")
        return self.by_name[wanted]

    def of_version(self, version: str | None) -> EmbeddingModel | None:
        """The model of this version, if the configuration still has it."""
        return self.versions.get(version) if version else None

    @property
    def versions(self) -> Mapping[str, EmbeddingModel]:
        """The models by their version."""
        return {model.space.version: model for model in self.by_name.values()}

    def registered(self, analysis: Analysis) -> dict[str, bytes]:
        """What is stored of a picture when it is registered: packed embeddings by version.

        What a model does not embed now is left to the background. One that did not answer lately
        is not asked, so that registrations do not wait for it each time.
        """
        packed, paused = {}, self.pauses.paused()
        for name, model in self.by_name.items():
            if model.at_registration and name not in paused:
                try:
                    packed[model.space.version] = pack(model.embed(analysis))
                    self.pauses.answered(name)
                except LookalikeError as error:
                    log.warning("A picture is registered without an embedding: %s", error.detail)
                    if isinstance(error, TransientError):
                        self.pauses.failed(name, error)
        return packed


def read_models(folder: Path | None = None) -> Models:
    """Load the models that the environment names, else those of the data folder, else the default.

    Args:
        folder: the data folder.

    Raises:
        SettingInvalidError: the file or a model that it names cannot be used.
    """
    return build_models(*_read_settings(folder))


def build_models(settings: SearchSettings, folder: Path = Path()) -> Models:
    """Load the models of a configuration.

    Args:
        settings: of them.
        folder: that relative paths start from.

    Raises:
        SettingInvalidError: a model or the file of percentages cannot be used.
    """
    models = {name: load_model(name, each, folder) for name, each in settings.models.items()}
    own = own_scales(settings, folder)
    return Models(models, settings.default, {**shipped_scales(), **own})


def own_scales(settings: SearchSettings, folder: Path = Path()) -> Mapping[str, LikenessScale]:
    """What a cosine means to the models of a configuration, by version; none where no file says.

    Raises:
        SettingInvalidError: the file of percentages cannot be used.
    """
    if settings.likeness is None:
        return {}
    return read_scales(folder / settings.likeness, settings.likeness_sha256)


def load_model(name: str, settings: ModelSettings, folder: Path = Path()) -> EmbeddingModel:
    """Load one model of a configuration.

    Args:
        name: of the model.
        settings: of the model.
        folder: that relative paths start from.

    Raises:
        SettingInvalidError: it cannot be used.
    """
    match settings:
        case BuiltInSettings():
            return BuiltInModel(name, settings)
        case OnnxSettings():
            found = settings.model_copy(update={"file": folder / settings.file})
            return OnnxModel(name, found)
        case BedrockSettings():
            return BedrockModel(name, settings)


def _read_settings(folder: Path | None) -> tuple[SearchSettings, Path]:
    named = os.environ.get(VARIABLE)
    path = Path(named) if named else folder and folder / FILE_NAME
    if path is None or not (named or path.exists()):
        return SearchSettings(), Path()
    return read_settings(path), path.parent


def read_settings(path: Path) -> SearchSettings:
    """The configuration of a file, without what it names.

    Raises:
        SettingInvalidError: it cannot be read, or is none.
    """
    try:
        return SearchSettings.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise SettingInvalidError(f"{path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        raise SettingInvalidError(f"{path}: {_explained(error)}") from error
    except ValueError as error:  # no TOML, or no UTF-8
        raise SettingInvalidError(f"{path} is no TOML: {error}.") from error


def _explained(error: ValidationError) -> str:
    """What is wrong, and where."""
    kind = 2  # pydantic names the kind that it has read as a step of the way
    return explained(
        [
            {**mistake, "loc": [step for n, step in enumerate(mistake["loc"]) if n != kind]}
            for mistake in error.errors()
        ]
    )
