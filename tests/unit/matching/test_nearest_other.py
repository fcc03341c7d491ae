"""A sure copy is the less certain, the nearer another product's picture is to the matched one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from lookalike.matching.catalogue_matcher import CatalogueMatcher
from lookalike.matching.check import CheckOptions
from lookalike.matching.finding import Finding
from lookalike.matching.ranking import SURE
from lookalike.products import Product
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import a_fingerprint_id, a_picture, a_product
from tests.unit.matching.fakes import NumberedFingerprinter, ToldVerifier, numbered

FAR = 512
QUERY, MATCH, NEAR, FARTHER = 1, 2, 3, 4


class AskingVerifier(ToldVerifier):
    """Asks how near the nearest other picture is, and remembers the answer."""

    def __init__(self) -> None:
        super().__init__({MATCH: SURE})
        self.told: list[int] = []

    def crowded(
        self, findings: Iterable[Finding], nearest: Callable[[str], int]
    ) -> Iterator[Finding]:
        """Halve the probability of the match."""
        for finding in findings:
            if finding.fingerprint_id == a_fingerprint_id(MATCH):
                self.told.append(nearest(finding.fingerprint_id))
                yield replace(finding, probability=finding.probability / 2)
            else:
                yield finding


def put_at(storage: MemoryStorage, number: int, bits: int, product: Product | None = None) -> None:
    """Store a picture whose deep hashes differ by so many bits from a blank one."""
    flipped = np.packbits(np.arange(FAR) < bits).tobytes()
    picture = a_picture(number)
    hashes = {
        name: flipped if name.startswith("deep") else value
        for name, value in picture.fingerprint.hashes.items()
    }
    fingerprint = replace(picture.fingerprint, hashes=hashes)
    storage.products.put_many([product or a_product(number)])
    storage.pictures.put_many([replace(picture, fingerprint=fingerprint)])


def told(storage: MemoryStorage, options: CheckOptions | None = None) -> list[int]:
    """What a check was told of the nearest other picture."""
    verifier = AskingVerifier()
    matcher = CatalogueMatcher(storage, NumberedFingerprinter(), verifier)
    matcher.check(numbered(QUERY), options or CheckOptions(min_match=10))
    return verifier.told


@pytest.fixture
def stocked(storage: MemoryStorage) -> MemoryStorage:
    """The match, and another picture farther away."""
    put_at(storage, MATCH, 0)
    put_at(storage, FARTHER, 70)
    return storage


def test_should_tell_the_distance_of_the_nearest_other_picture(stocked: MemoryStorage) -> None:
    assert told(stocked) == [70]
    put_at(stocked, NEAR, 30)
    assert told(stocked) == [30]


def test_should_be_far_where_there_is_no_other(storage: MemoryStorage) -> None:
    put_at(storage, MATCH, 0)
    assert told(storage) == [FAR]


def test_should_not_count_the_query_itself(stocked: MemoryStorage) -> None:
    put_at(stocked, QUERY, 30)
    assert told(stocked) == [70]


@pytest.mark.parametrize(
    ("match", "near"),
    [
        (a_product(MATCH, sku="S"), a_product(NEAR, sku="S")),
        (a_product(MATCH, further=(NEAR,)), a_product(MATCH, further=(NEAR,))),
    ],
)
def test_should_not_count_pictures_of_the_same_product(
    match: Product, near: Product, stocked: MemoryStorage
) -> None:
    put_at(stocked, NEAR, 30, near)
    stocked.products.put_many([match])
    assert told(stocked) == [70]


def test_should_count_another_product_without_a_sku(stocked: MemoryStorage) -> None:
    put_at(stocked, NEAR, 30, a_product(NEAR, sku=""))
    stocked.products.put_many([a_product(MATCH, sku="")])
    assert told(stocked) == [30]


def test_should_not_count_what_the_caller_excludes(stocked: MemoryStorage) -> None:
    put_at(stocked, NEAR, 30, a_product(NEAR, entity_id="own"))
    excluding = CheckOptions(min_match=10, exclude_entity_ids=frozenset({"own"}))
    assert told(stocked, excluding) == [70]


def test_should_show_what_is_left_and_cut_off_below_the_minimum(stocked: MemoryStorage) -> None:
    matcher = CatalogueMatcher(stocked, NumberedFingerprinter(), AskingVerifier())
    [match] = matcher.check(numbered(QUERY), CheckOptions(min_match=49)).matches
    assert match.match_percentage == pytest.approx(50 * SURE)
    assert not matcher.check(numbered(QUERY), CheckOptions(min_match=50)).matches
