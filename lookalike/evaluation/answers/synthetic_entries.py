"""Synthetic fingerprints that enlarge an index, to measure what a larger catalogue changes.

The hashes of a synthetic entry lie between those of two real pictures: they come from a mixture of
their embeddings, with noise that varies as real pictures do. Its signature, which is what gets
verified, is that of a third picture. So it becomes a candidate about as often as a real unrelated
picture would, and verification has to reject it. It is simpler than a real picture in that its
signature and its hashes have nothing to do with each other.
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

MIN_REAL = 3
"""Real pictures that are needed: two to mix, and one for the signature."""
MIXTURE = (0.3, 0.7)
"""Range of the second picture's share in a mixture, drawn uniformly."""
NOISE = 1.25
"""Standard deviations of real pictures. With it, the nearest of 20,000 synthetic deep hashes are as
far away as the nearest of as many real unrelated pictures would be, extrapolated from what each
doubling of a catalogue changes."""
NOISE_DRAWS = 4_096
"""Draws that all entries share, so that noise takes little time."""
MAX_FLIPPED_BITS = 15
"""Bits by which a synthetic pHash differs from a real one at most, as the nearest unrelated ones
among some hundred pictures do. Half of the entries differ by one bit less, a quarter by two less
and so on, since the number of unrelated real pictures doubles with every bit."""
BATCH = 10_000

Embeddings = NDArray[np.float32]
"""The network's outputs for the whole and the centre of each picture, both of unit length; shape
(pictures, 2 * 512)."""


@dataclass(frozen=True, slots=True)
class SyntheticEntries:
    """Synthetic entries of a catalogue.

    Attributes:
        fingerprints: by entity id.
        by_signature: their entity ids, by that of the real picture whose signature they have.
    """

    fingerprints: dict[str, Fingerprint]
    by_signature: dict[str, list[str]]

    def with_signature_of(self, real: Iterable[str]) -> frozenset[str]:
        """Entity ids of the synthetic entries that have the signature of one of these pictures."""
        return frozenset(name for one in real for name in self.by_signature.get(one, ()))


@dataclass(frozen=True, slots=True)
class _Draws:
    """For each synthetic entry the rows of three real pictures, each of shape (number,)."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    signature: NDArray[np.int64]


def compute_embeddings(paths: Sequence[Path], workers: int) -> Embeddings:
    """The embeddings of picture files, in their order."""
    return np.stack(list(results(_embedding, paths, workers, "Computing embeddings")))


def _embedding(path: Path) -> NDArray[np.float32]:
    analysis = Analysis(prepare(path.read_bytes()), one_fingerprinter().network)
    views = np.stack([analysis.whole.deep, analysis.centre.deep])
    unit: NDArray[np.float32] = views / np.linalg.norm(views, axis=1, keepdims=True)
    return unit.ravel()


def synthetic_entries(
    real: Mapping[str, Fingerprint], embeddings: Embeddings, number: int, seed: int
) -> SyntheticEntries:
    """Entries that are unrelated to every real picture.

    Args:
        real: fingerprints by entity id.
        embeddings: of the same pictures, in their order.
        number: of entries to generate.
        seed: of all random choices.

    Raises:
        BadParameterError: there are too few real pictures.
    """
    if len(real) < MIN_REAL:
        raise BadParameterError(f"To grow the index, at least {MIN_REAL} pictures are needed.")
    rng = np.random.default_rng(seed)
    ids, fingerprints = list(real), list(real.values())
    draws = _draws(len(real), number, rng)
    deep = np.concatenate([*_mixed(embeddings, draws, rng)])
    phash = _flipped(_phashes(fingerprints)[draws.first], rng)
    entries = SyntheticEntries({}, {})
    for row, source in enumerate(draws.signature.tolist()):
        name = f"made-{seed}-{row}"
        hashes = _hashes(phash[row], deep[row])
        entries.fingerprints[name] = replace(
            fingerprints[source], fingerprint_id=rng.bytes(16).hex(), hashes=hashes
        )
        entries.by_signature.setdefault(ids[source], []).append(name)
    return entries


def _draws(real: int, number: int, rng: np.random.Generator) -> _Draws:
    """Three different rows for each entry."""
    first = rng.integers(0, real, number)
    to_second = rng.integers(1, real, number)
    to_signature = rng.integers(1, real - 1, number)
    to_signature += to_signature >= to_second
    return _Draws(first, (first + to_second) % real, (first + to_signature) % real)


def _mixed(embeddings: Embeddings, draws: _Draws, rng: np.random.Generator) -> Iterator[HashRows]:
    """Deep hashes of whole and centre side by side, in batches of shape (pictures, 2 * 64)."""
    normal = rng.standard_normal((NOISE_DRAWS, len(embeddings)), np.float32)
    weights = (normal / np.sqrt(len(embeddings))).astype(np.float32)
    noises = NOISE * (weights @ embeddings)
    for start in range(0, len(draws.first), BATCH):
        first, second = (rows[start : start + BATCH] for rows in (draws.first, draws.second))
        share = rng.uniform(*MIXTURE, (len(first), 1)).astype(np.float32)
        noise = noises[rng.integers(0, NOISE_DRAWS, len(first))]
        mixed = (1 - share) * embeddings[first] + share * embeddings[second] + noise
        yield np.packbits(mixed > 0, axis=1)


def _phashes(fingerprints: Sequence[Fingerprint]) -> HashRows:
    packed = b"".join(fingerprint.hashes[PHash.layout.fields[0]] for fingerprint in fingerprints)
    return np.frombuffer(packed, np.uint8).reshape(len(fingerprints), -1)


def _flipped(hashes: HashRows, rng: np.random.Generator) -> HashRows:
    fewer = np.floor(-np.log2(1 - rng.random(len(hashes))))
    flips = np.maximum(0, MAX_FLIPPED_BITS - fewer)
    places = rng.random((len(hashes), PHash.layout.bits)).argsort(axis=1)
    return hashes ^ np.packbits(places < flips[:, None], axis=1)


def _hashes(phash: HashRows, deep: HashRows) -> dict[str, bytes]:
    values = (phash, *deep.reshape(2, -1))
    fields = (PHash.layout.fields[0], *DeepHash.layout.fields)
    return {field: value.tobytes() for field, value in zip(fields, values, strict=True)}
