"""What is compared: pictures as unit vectors, by models and by what any model has to beat.

Every method becomes unit vectors whose dot product ranks: the bits of a hash as plus and minus one,
so that the product falls with the Hamming distance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lookalike.errors import PermanentError
from lookalike.evaluation.catalogues import Entry, Refused
from lookalike.evaluation.looks.kept_embeddings import KeptEmbeddings
from lookalike.evaluation.split import Half, assigned_half
from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.phash import SIDE, PHash
from lookalike.images.preparation import prepare
from lookalike.search.models.built_in import colours
from lookalike.search.models.model import EmbeddingModel, unit
from lookalike.storage.embeddings import Vector, Vectors

Describe = Callable[[bytes, Analysis], Vector]
"""Describes a picture, given the content of its file."""
_RANDOM_NUMBERS = 64


@dataclass(frozen=True, slots=True)
class Representation:
    """All pictures as one method sees them.

    Attributes:
        name: of the method.
        vectors: shape (pictures, dimension), each of unit length.
        bytes: of one picture in memory.
    """

    name: str
    vectors: Vectors
    bytes: int


@dataclass(frozen=True, slots=True)
class Represented:
    """The pictures that could be read, and what methods see in them.

    Attributes:
        entries: in the order of the rows of the vectors.
        representations: the models come first.
        refused: what could not be read.
    """

    entries: Sequence[Entry]
    representations: Sequence[Representation]
    refused: Sequence[Refused]

    def half(self, half: Half) -> Represented:
        """What is of the styles of one half."""
        rows = [n for n, each in enumerate(self.entries) if assigned_half(each.style) is half]
        kept = [replace(each, vectors=each.vectors[rows]) for each in self.representations]
        return Represented([self.entries[row] for row in rows], kept, self.refused)

    def vectors_of(self, name: str) -> Vectors:
        """What a model sees in the pictures."""
        [found] = [each.vectors for each in self.representations if each.name == name]
        return found


def represent(
    entries: Sequence[Entry],
    models: Sequence[EmbeddingModel],
    network: Network,
    folder: Path,
    advance: Callable[[int, int], None] = lambda _done, _failed: None,
) -> Represented:
    """Read the pictures, and describe each by every method.

    Args:
        entries: of a catalogue.
        models: to measure.
        network: of the fingerprint.
        folder: where the embeddings of models are kept for later runs.
        advance: called after each picture, with 1 and how many were refused in all.

    Raises:
        TransientError: a model does not answer; the same call goes on from what is kept.
    """
    kept_of = {model.name: KeptEmbeddings(model, folder) for model in models}
    methods: dict[str, Describe] = {name: each.embed for name, each in kept_of.items()} | _BASELINES
    described: list[dict[str, Vector]] = []
    kept: list[Entry] = []
    refused: list[Refused] = []
    for entry in entries:
        try:
            content = _content(entry)
            analysis = Analysis(prepare(content), network)
            vectors = {name: describe(content, analysis) for name, describe in methods.items()}
        except PermanentError as error:
            refused.append(Refused(entry.domain, entry.entity_id, error.code, error.detail))
        else:
            described.append(vectors)
            kept.append(entry)
        advance(1, len(refused))
    found = [_representation(name, [each[name] for each in described]) for name in methods]
    return Represented(kept, [*found, _random(len(kept))], refused)


def _content(entry: Entry) -> bytes:
    try:
        return entry.path.read_bytes()
    except OSError as error:
        raise _UnreadableError(f"{entry.path} cannot be read: {error.strerror}.") from error


class _UnreadableError(PermanentError):
    code = "image_not_found"
    title = "Image not found"


def _representation(name: str, vectors: Sequence[Vector]) -> Representation:
    rows = np.stack(vectors) if vectors else np.empty((0, 1), np.float32)
    size = 8 if name == "pHash" else rows.shape[1] * rows.itemsize
    return Representation(name, rows, size)


def _phash(_content: bytes, analysis: Analysis) -> Vector:
    levels: NDArray[np.float64] = analysis.grey_levels(analysis.trimmed, SIDE)
    bits = np.unpackbits(PHash.rows_of(levels)[0])
    return unit(np.where(bits, 1, -1).astype(np.float32))


def _random(count: int) -> Representation:
    numbers = np.random.default_rng(0).normal(size=(count, _RANDOM_NUMBERS)).astype(np.float32)
    numbers /= np.linalg.norm(numbers, axis=1, keepdims=True)
    return Representation("random", numbers, 0)


_BASELINES: dict[str, Describe] = {
    "colours alone": lambda _, analysis: colours(analysis.trimmed),
    "pHash": _phash,
}
