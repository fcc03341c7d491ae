"""The versions of models, which functions know that do not embed pictures."""

from __future__ import annotations

import hashlib

from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.search.models.settings import DEFAULT_MODEL, BuiltInSettings
from lookalike.storage.embeddings import EmbeddingSpace

VERSION_DIGITS = 8
_BUILT_IN_RECIPE = 1
"""Counts changes of ``built_in`` that change a number of an embedding."""


def version_of(name: str, *decisive: object) -> str:
    """The version of a model: its name, and a digest of all that decides about its numbers."""
    digest = hashlib.sha256(repr(decisive).encode()).hexdigest()
    return f"{name}-{digest[:VERSION_DIGITS]}"


def built_in_space(settings: BuiltInSettings, name: str = DEFAULT_MODEL) -> EmbeddingSpace:
    """The embeddings of the built-in model."""
    decisive = (_BUILT_IN_RECIPE, ALGORITHM_VERSION, settings.dimension, settings.colour)
    version = version_of(name, *decisive)
    return EmbeddingSpace(version, settings.dimension, settings.quantisation)
