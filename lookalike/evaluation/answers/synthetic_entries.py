"""Made fingerprints, to see what a larger catalogue does.

A made picture lies, by its hashes, between two real ones: a mixture of what the network says of
them, with noise that varies as real pictures do. What is looked at of it, its signature, is that of
a third picture. So it comes up as a candidate about as often as a real stranger would, and
verification has to refuse it. Simpler than real pictures: what it shows has nothing to do with its
hashes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lookalike.errors import BadParameterError
from lookalike.evaluation.methods.ours import one_fingerprinter
from lookalike.evaluation.parallel import results
from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.deep_hash import DeepHash
from lookalike.fingerprint.layout import HashRows
from lookalike.fingerprint.phash import PHash
from lookalike.images.preparation import prepare
from lookalike.pictures import Fingerprint

FEWEST = 3
"""Real pictures that are needed: two to lie between, and one to look like."""
LEANING = (0.3, 0.7)
"""Share of the second picture in the mixture, drawn evenly."""
NOISE = 1.25
"""Deviations of real pictures. With it, the nearest of 20,000 made deep hashes are as far as the
nearest of so many real strangers would be, by what every doubling of a catalogue changes."""
NOISES = 4_096
"""Draws that are shared, so that noise takes little time."""
FLIPS = 15
"""Bits by which a made pHash differs from a real one, at most: as the nearest strangers of some
hundred pictures do. Half of them by one less, a quarter by two less and so on, as the number of
strangers of real pictures doubles with every bit."""
BATCH = 10_000

Views = NDArray[np.float32]
"""What the network says of whole and centre of each picture, shape (pictures, 2 * 512): both of
unit length."""


@dataclass(frozen=True, slots=True)
class Made:
    """Made pictures.

    Attributes:
        fingerprints: by entity id.
        looking_like: their entity ids, by that of the real picture whose signature they have.
    """

    fingerprints: dict[str, Fingerprint]
    looking_like: dict[str, list[str]]

    def likes_of(self, real: Iterable[str]) -> frozenset[str]:
        """Entity ids of what has the signature of one of these."""
        return frozenset(name for one in real for name in self.looking_like.get(one, ()))


@dataclass(frozen=True, slots=True)
class _Draws:
    """Rows of real pictures for each made one, shape (number,)."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    like: NDArray[np.int64]


def views_of(paths: Sequence[Path], workers: int) -> Views:
    """What is mixed, of picture files."""
    return np.stack(list(results(_view, paths, workers, "Describing what is mixed")))


def _view(path: Path) -> NDArray[np.float32]:
    analysis = Analysis(prepare(path.read_bytes()), one_fingerprinter().network)
    views = np.stack([analysis.whole.deep, analysis.centre.deep])
    unit: NDArray[np.float32] = views / np.linalg.norm(views, axis=1, keepdims=True)
    return unit.ravel()


def made_pictures(real: Mapping[str, Fingerprint], views: Views, number: int, seed: int) -> Made:
    """Strangers of everything that is there.

    Args:
        real: fingerprints by entity id.
        views: of the same pictures, in their order.
        number: how many to make.
        seed: of all choices.

    Raises:
        BadParameterError: there are too few real ones.
    """
    if len(real) < FEWEST:
        raise BadParameterError(f"To grow the index, at least {FEWEST} pictures are needed.")
    rng = np.random.default_rng(seed)
    ids, fingerprints = list(real), list(real.values())
    draws = _draws(len(real), number, rng)
    deep = np.concatenate([*_mixed(views, draws, rng)])
    phash = _flipped(_phashes(fingerprints)[draws.first], rng)
    made = Made({}, {})
    for row, like in enumerate(draws.like.tolist()):
        name = f"made-{seed}-{row}"
        whole, centre = deep[row].reshape(2, -1)
        values = (phash[row], whole, centre)
        fields = (PHash.layout.fields[0], *DeepHash.layout.fields)
        hashes = {field: value.tobytes() for field, value in zip(fields, values, strict=True)}
        made.fingerprints[name] = replace(
            fingerprints[like], fingerprint_id=rng.bytes(16).hex(), hashes=hashes
        )
        made.looking_like.setdefault(ids[like], []).append(name)
    return made


def _draws(real: int, number: int, rng: np.random.Generator) -> _Draws:
    """Three different rows for each."""
    first = rng.integers(0, real, number)
    to_second = rng.integers(1, real, number)
    to_like = rng.integers(1, real - 1, number)
    to_like += to_like >= to_second
    return _Draws(first, (first + to_second) % real, (first + to_like) % real)


def _mixed(views: Views, draws: _Draws, rng: np.random.Generator) -> Iterator[HashRows]:
    """Deep hashes of whole and centre side by side, in batches of shape (pictures, 2 * 64)."""
    weights = rng.standard_normal((NOISES, len(views)), np.float32) / np.sqrt(len(views))
    noises = NOISE * (weights.astype(np.float32) @ views)
    for start in range(0, len(draws.first), BATCH):
        first, second = (rows[start : start + BATCH] for rows in (draws.first, draws.second))
        share = rng.uniform(*LEANING, (len(first), 1)).astype(np.float32)
        noise = noises[rng.integers(0, NOISES, len(first))]
        mixed = (1 - share) * views[first] + share * views[second] + noise
        yield np.packbits(mixed > 0, axis=1)


def _phashes(fingerprints: Sequence[Fingerprint]) -> HashRows:
    packed = b"".join(fingerprint.hashes[PHash.layout.fields[0]] for fingerprint in fingerprints)
    return np.frombuffer(packed, np.uint8).reshape(len(fingerprints), -1)


def _flipped(hashes: HashRows, rng: np.random.Generator) -> HashRows:
    fewer = np.floor(-np.log2(1 - rng.random(len(hashes))))
    flips = np.maximum(0, FLIPS - fewer)
    places = rng.random((len(hashes), PHash.layout.bits)).argsort(axis=1)
    return hashes ^ np.packbits(places < flips[:, None], axis=1)
