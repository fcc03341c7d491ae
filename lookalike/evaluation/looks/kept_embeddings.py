"""Embeddings that are kept between runs, since a model may be paid for each, or take its time."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path

import numpy as np

from lookalike.fingerprint.analysis import Analysis
from lookalike.search.models.errors import ModelAwayError
from lookalike.search.models.model import EmbeddingModel
from lookalike.storage.embeddings import Vector
from lookalike.storage.retries import RetryPolicy

PATIENCE = RetryPolicy(deadline=300, first_pause=1, longest_pause=30)
"""For a service that has too much to do: nobody waits for the answer."""


class KeptEmbeddings:
    """The embeddings of one model, in a file that is named by its version.

    The file has rows of a digest of the picture's file (32 bytes) and its numbers (float32). It is
    written row by row, so that whatever ends a run, all but the row that was being written stays.

    Args:
        model: that computes what is not kept.
        folder: of the file.
        patience: how long a model that does not answer is asked again.
    """

    def __init__(
        self, model: EmbeddingModel, folder: Path, patience: RetryPolicy = PATIENCE
    ) -> None:
        self._model = model
        self._patience = patience
        self._row = np.dtype([("digest", "u1", 32), ("numbers", "<f4", model.space.dimension)])
        self._path = folder / f"{model.space.version}.rows"
        self._kept = self._read()

    def embed(self, content: bytes, analysis: Analysis) -> Vector:
        """The embedding of a picture.

        Args:
            content: of its file.
            analysis: of the picture.

        Raises:
            PictureRefusedError: the model never embeds it.
            TransientError: the model does not answer; the same call later goes on.
        """
        digest = hashlib.sha256(content).digest()
        if digest not in self._kept:
            embed = partial(self._model.embed, analysis)
            vector = self._patience.repeated(embed, ModelAwayError)
            self._append(digest, vector)
            self._kept[digest] = vector
        return self._kept[digest]

    def _read(self) -> dict[bytes, Vector]:
        content = self._path.read_bytes() if self._path.exists() else b""
        rows = np.frombuffer(content, self._row, count=len(content) // self._row.itemsize)
        return {row["digest"].tobytes(): row["numbers"].astype(np.float32) for row in rows}

    def _append(self, digest: bytes, vector: Vector) -> None:
        """Write a row behind the whole ones; what is left of one that was cut is written over."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("r+b" if self._path.exists() else "wb") as file:
            file.seek(len(self._kept) * self._row.itemsize)
            file.write(digest + vector.astype("<f4").tobytes())
            file.truncate()
