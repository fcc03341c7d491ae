"""Siblings are the pictures of two products that look most alike."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.fitting.siblings import MAX_BITS, MIN_BITS, SiblingPair, siblings
from lookalike.pictures import Fingerprint
from tests.builders import a_fingerprint


def _catalogue(
    *products: tuple[str, str, int],
) -> tuple[list[Entry], list[Fingerprint]]:
    """Entries of these domains and groups, so many bits from one hash."""
    entries = [
        Entry(str(number), domain, f"{domain}:{group}", Path(f"{number}.png"))
        for number, (domain, group, _) in enumerate(products)
    ]
    return entries, [a_fingerprint(hashes={"deep": _hash(bits)}) for *_, bits in products]


def _hash(ones: int) -> bytes:
    return np.packbits(np.arange(512) < ones).tobytes()


def test_should_find_the_nearest_picture_of_another_product() -> None:
    """By its number among the entries of all domains."""
    catalogue = _catalogue(
        ("packs", "a", 0),
        ("cards", "a", 200),
        ("packs", "a", 20),
        ("cards", "b", 230),
        ("packs", "b", 40),
        ("packs", "c", 90),
    )
    of_cards = [SiblingPair(1, 3, 30), SiblingPair(3, 1, 30)]
    of_packs = [(2, 4, 20), (4, 2, 20), (0, 4, 40), (5, 4, 50)]
    assert siblings(*catalogue, at_most=9) == [*of_cards, *of_packs]
    assert siblings(*catalogue, at_most=1) == [of_cards[0], of_packs[0]]


def test_should_find_none_in_another_domain() -> None:
    assert not siblings(*_catalogue(("packs", "a", 0), ("cards", "b", 20)), at_most=9)


def test_should_find_none_of_one_photograph() -> None:
    """Several products may be sold by one."""
    entries, fingerprints = _catalogue(("packs", "a", 0), ("packs", "b", 20))
    assert siblings(entries, fingerprints, at_most=9)
    shared = [replace(entry, photograph="both") for entry in entries]
    assert not siblings(shared, fingerprints, at_most=9)


@pytest.mark.parametrize(
    ("bits", "found"),
    [(MIN_BITS - 1, 0), (MIN_BITS, 2), (MAX_BITS, 2), (MAX_BITS + 1, 0)],
)
def test_should_take_the_nearest_for_one_photograph_and_the_farthest_for_no_siblings(
    bits: int, found: int
) -> None:
    catalogue = _catalogue(("packs", "a", 0), ("packs", "b", bits))
    assert len(siblings(*catalogue, at_most=9)) == found


def test_should_look_past_one_photograph() -> None:
    found = siblings(
        *_catalogue(("packs", "a", 0), ("packs", "b", MIN_BITS - 1), ("packs", "c", 40)),
        at_most=9,
    )
    assert SiblingPair(0, 2, 40) in found


def test_should_leave_out_what_shows_too_little() -> None:
    entries, fingerprints = _catalogue(("packs", "a", 0), ("packs", "b", 20))
    plain = [replace(fingerprints[0], quality=0), fingerprints[1]]
    assert siblings(entries, plain, at_most=9) == []
