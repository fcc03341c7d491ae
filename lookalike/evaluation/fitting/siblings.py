"""Siblings: pictures of different products that hardly differ, such as packs of two flavours.

Few shops have many, and queries drawn at random seldom meet them. They tell what made pairs cannot:
how products differ that somebody sells.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.fitting.dataset import photograph
from lookalike.fingerprint.deep_hash import DeepHash
from lookalike.fingerprint.distances import hamming
from lookalike.pictures import Fingerprint

MAX_BITS = 80
"""Bits between the deep hashes of siblings, at most."""
MIN_BITS = 12
"""Bits from which they are taken for two products: some shops sell one photograph as several. Of
packs, 12 are nearer, all of them at 0 bits, and the nearest two flavours have 15."""


class SiblingPair(NamedTuple):
    """An entry and the entry of another product that looks most like it.

    Attributes:
        entry: number of the entry.
        sibling: number of the other one.
        bits: between their deep hashes.
    """

    entry: int
    sibling: int
    bits: int


def siblings(
    entries: Sequence[Entry], fingerprints: Sequence[Fingerprint], at_most: int
) -> list[SiblingPair]:
    """The entries of each domain that have a sibling, nearest first.

    Featureless pictures have none, and are none.

    Args:
        entries: of some catalogues.
        fingerprints: of their pictures, in the same order.
        at_most: pairs of each domain.
    """
    domains = np.array([entry.domain for entry in entries])
    shows_enough = np.array([not fingerprint.is_featureless for fingerprint in fingerprints])
    product_and_photograph = np.array([(entry.group, photograph(entry)) for entry in entries])
    found = []
    for domain in np.unique(domains[shows_enough]):
        numbers = np.flatnonzero((domains == domain) & shows_enough).tolist()
        nearest = _nearest_of_others(
            [fingerprints[number] for number in numbers], product_and_photograph[numbers]
        )
        near = sorted(
            (bits, number, numbers[place])
            for number, (bits, place) in zip(numbers, nearest, strict=True)
            if bits <= MAX_BITS
        )
        found += [SiblingPair(number, other, bits) for bits, number, other in near[:at_most]]
    return found


def _nearest_of_others(
    fingerprints: Sequence[Fingerprint], product_and_photograph: NDArray[np.str_]
) -> list[tuple[int, int]]:
    """Bits from each picture to the nearest one of another product, and the place of the latter.

    Args:
        fingerprints: of the pictures.
        product_and_photograph: of each picture, shape (pictures, 2).
    """
    hashed = b"".join(each.hashes[DeepHash.layout.fields[0]] for each in fingerprints)
    rows = np.frombuffer(hashed, np.uint8).reshape(len(fingerprints), -1)
    found = []
    for row, own in zip(rows, product_and_photograph, strict=True):
        [bits] = hamming(row[None], rows)
        is_own = (product_and_photograph == own).any(axis=1)
        bits[is_own | (bits < MIN_BITS)] = DeepHash.layout.bits
        nearest = int(bits.argmin())
        found.append((int(bits[nearest]), nearest))
    return found
