"""The versions of models, which functions know that do not embed pictures."""

from __future__ import annotations

import hashlib

from lookalike.fingerprint.version import MODEL_SHA256, PREPARATION_RECIPE
from lookalike.search.models.settings import (
    BedrockSettings,
    BuiltInSettings,
    ModelSettings,
    OnnxSettings,
)
from lookalike.storage.embeddings import EmbeddingSpace

VERSION_DIGITS = 8
BEDROCK_SIDE = 512
"""Pixels of the longer side of what is sent to Bedrock; the model takes up to 2,048."""
BEDROCK_QUALITY = 90
"""Of the JPEG that is sent."""
_BUILT_IN_RECIPE = 1
"""Counts changes of ``built_in`` that change a number of an embedding."""


def version_of(name: str, *decisive: object) -> str:
    """The version of a model: its name, and a digest of all that decides about its numbers."""
    digest = hashlib.sha256(repr(decisive).encode()).hexdigest()
    return f"{name}-{digest[:VERSION_DIGITS]}"


def space_of(name: str, settings: ModelSettings) -> EmbeddingSpace:
    """The embeddings of a model, whether it is loaded or not.

    Args:
        name: as the configuration names it.
        settings: of the model.
    """
    version = version_of(name, *_decisive(settings))
    return EmbeddingSpace(version, settings.dimension, settings.quantisation)


def _decisive(settings: ModelSettings) -> tuple[object, ...]:
    """All that decides about the numbers of a model."""
    match settings:
        case BuiltInSettings():
            read = f"{PREPARATION_RECIPE}-{MODEL_SHA256[:VERSION_DIGITS]}"
            return _BUILT_IN_RECIPE, read, settings.dimension, settings.colour
        case OnnxSettings():
            kept = settings.model_dump(exclude={"file", "quantisation", "at_registration"})
            return PREPARATION_RECIPE, sorted(kept.items())
        case BedrockSettings():
            sent = (BEDROCK_SIDE, BEDROCK_QUALITY)
            return PREPARATION_RECIPE, *sent, settings.model, settings.dimension
