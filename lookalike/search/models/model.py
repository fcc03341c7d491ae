"""The interface of a model that embeds pictures."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from lookalike.fingerprint.analysis import Analysis
from lookalike.search.models.errors import PictureRefusedError
from lookalike.storage.embeddings import EmbeddingSpace, Vector


class EmbeddingModel(ABC):
    """Embeds pictures. Several threads may call it at once.

    Attributes:
        name: as the configuration names it.
        space: the version of the model, its dimension, and how its embeddings are searched. The
            version changes whenever a number of an embedding may.
        at_registration: whether a picture is embedded when it is registered; otherwise the
            background does it, from the stored thumbnail.
        is_remote: whether a service elsewhere embeds, so that this machine waits, and computes
            nothing.
    """

    name: str
    space: EmbeddingSpace
    at_registration: bool
    is_remote: bool = False

    @abstractmethod
    def embed(self, analysis: Analysis) -> Vector:
        """Embed one picture.

        Returns:
            Shape (dimension,), of unit length.

        Raises:
            PictureRefusedError: the model never embeds this picture.
            ModelAwayError: the service that embeds pictures does not answer.
            ModelDeniedError: it embeds none for us.
        """


def unit(vector: Vector) -> Vector:
    """A vector of the same direction and of length one; zero stays zero.

    Raises:
        PictureRefusedError: some of its numbers are infinite or none at all: one such vector would
            spoil the quantisation of all others that are stored beside it.
    """
    if not np.isfinite(vector).all():
        raise PictureRefusedError("The model returns numbers for the picture that are not finite.")
    length = float(np.linalg.norm(vector))
    return vector / np.float32(length) if length > 0 else vector
