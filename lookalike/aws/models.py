"""The models of a deployment: those of the setting ``models`` of its environment."""

from __future__ import annotations

from lookalike.aws.model_files import FOLDER, ModelFiles
from lookalike.aws.settings import PREFIX, FunctionSettings
from lookalike.aws.stores import s3_client
from lookalike.errors import SettingInvalidError
from lookalike.search.likeness import shipped_scales
from lookalike.search.models.bedrock import BedrockModel
from lookalike.search.models.errors import ModelAwayError
from lookalike.search.models.lazy import LazyModel
from lookalike.search.models.model import EmbeddingModel
from lookalike.search.models.onnx_file import OnnxModel
from lookalike.search.models.registry import Models, load_model
from lookalike.search.models.settings import BedrockSettings, ModelSettings, OnnxSettings
from lookalike.storage.retries import RetryPolicy

_PATIENCE = RetryPolicy(deadline=90, first_pause=2, longest_pause=10)
"""A permission that the same deployment has given holds everywhere some seconds later.
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency"""


def build_models(settings: FunctionSettings) -> Models:
    """The models of a deployment. Those in files and of Bedrock are loaded when first asked.

    Raises:
        SettingInvalidError: a model is in a file, and the settings do not say in which bucket.
    """
    configured = settings.search_models
    models = {name: _build(name, each, settings) for name, each in configured.models.items()}
    return Models(models, configured.default, {**shipped_scales(), **settings.likeness_scales})


def load_files(
    models: Models, *, at_registration: bool = False, retries: RetryPolicy = _PATIENCE
) -> None:
    """Load the models that are in files, so that a snapshot of the function has them.

    Args:
        models: from ``build_models``.
        at_registration: only those that embed what is registered.
        retries: where S3 does not answer or refuses.

    Raises:
        SettingInvalidError: a model cannot be used.
        ModelAwayError: its file cannot be fetched.
    """
    for model in models.by_name.values():
        if isinstance(model, FileModel) and (model.at_registration or not at_registration):
            retries.repeated(model.loaded, ModelAwayError)


class FileModel(LazyModel):
    """A model whose file is in S3."""


def _build(name: str, settings: ModelSettings, of: FunctionSettings) -> EmbeddingModel:
    match settings:
        case OnnxSettings():
            files = _files(of)

            def from_file() -> EmbeddingModel:
                path = files.fetched(str(settings.file), settings.sha256)
                return OnnxModel(name, settings.model_copy(update={"file": path}))

            return FileModel(name, settings, from_file)
        case BedrockSettings():
            return LazyModel(name, settings, lambda: BedrockModel(name, settings, is_tried=False))
        case _:
            return load_model(name, settings)


def _files(settings: FunctionSettings) -> ModelFiles:
    if settings.models_bucket is None:
        raise SettingInvalidError(
            f"The environment is not complete. {PREFIX}MODELS_BUCKET: Field required."
        )
    return ModelFiles(s3_client, settings.models_bucket, FOLDER)
