"""Which pictures a check looks at, and which it never compares."""

from __future__ import annotations

import pytest

from lambdas.shared.errors import ImageFeaturelessError
from lambdas.shared.matching.matcher import CANDIDATES, CatalogueMatcher
from lambdas.shared.storage.memory import MemoryStorage
from tests.builders import (
    a_fingerprint_id,
    a_picture,
    a_product,
    some_hashes,
    with_flipped_bits,
)
from tests.unit.matching.fakes import (
    EVERYTHING,
    Checker,
    NumberedFingerprinter,
    ToldVerifier,
    entities,
    numbered,
    stock,
)


def test_should_find_the_identical_picture_that_the_index_does_not_know(
    storage: MemoryStorage, check: Checker
) -> None:
    stock(storage, a_product(1, entity_id="same"))
    storage.vectors.remove([a_fingerprint_id(1)])
    assert storage.vectors.count() == 0
    assert entities(check({1: 1.0})) == ["same"]


def test_should_never_compare_fingerprints_of_another_version(
    storage: MemoryStorage, fingerprinter: NumberedFingerprinter
) -> None:
    """Not even under the id of the query, and not if the index has been told of them."""
    storage.pictures.put_many([a_picture(n, version="another") for n in (1, 2)])
    storage.products.put_many([a_product(1), a_product(2)])
    verifier = ToldVerifier({1: 1.0, 2: 1.0})
    found = CatalogueMatcher(storage, fingerprinter, verifier).check(numbered(1), EVERYTHING)
    assert verifier.candidates == []
    assert found.matches == ()


def test_should_never_match_a_featureless_picture_of_the_catalogue(
    storage: MemoryStorage, fingerprinter: NumberedFingerprinter
) -> None:
    storage.pictures.put_many([a_picture(2, quality=49), a_picture(3, quality=50)])
    storage.products.put_many([a_product(2), a_product(3)])
    verifier = ToldVerifier({2: 1.0, 3: 1.0})
    found = CatalogueMatcher(storage, fingerprinter, verifier).check(numbered(1), EVERYTHING)
    assert verifier.candidates == [a_fingerprint_id(3)]
    assert entities(found) == ["entity-000003"]


def test_should_refuse_a_featureless_query_and_say_what_to_do(
    storage: MemoryStorage, check: Checker, fingerprinter: NumberedFingerprinter
) -> None:
    stock(storage, a_product(1))
    fingerprinter.qualities[1] = 49
    with pytest.raises(ImageFeaturelessError, match=r"quality 49.*Send a picture of the product"):
        check({1: 1.0})


def test_should_ask_for_the_nearest_on_each_hash(
    storage: MemoryStorage, fingerprinter: NumberedFingerprinter
) -> None:
    """One picture is near by pHash, one by deep hash, and the many others are near by neither."""
    own, far = some_hashes(1), some_hashes(50)
    near_phash = far | {"phash": with_flipped_bits(own["phash"], 2)}
    near_deep = far | {"deep_centre": with_flipped_bits(own["deep"], 20)}
    pictures = [a_picture(2, hashes=near_phash), a_picture(3, hashes=near_deep)]
    others = [a_picture(number) for number in range(100, 102 + 2 * CANDIDATES)]
    storage.pictures.put_many([*others, *pictures])
    verifier = ToldVerifier({})
    CatalogueMatcher(storage, fingerprinter, verifier).check(numbered(1), EVERYTHING)
    assert {a_fingerprint_id(2), a_fingerprint_id(3)} <= set(verifier.candidates)
    assert len(verifier.candidates) <= 2 * CANDIDATES
    assert len(set(verifier.candidates)) == len(verifier.candidates)


def test_should_compare_two_pictures(
    storage: MemoryStorage, fingerprinter: NumberedFingerprinter
) -> None:
    matcher = CatalogueMatcher(storage, fingerprinter, ToldVerifier({2: 0.7}))
    finding = matcher.compare(numbered(1), numbered(2))
    assert finding.fingerprint_id == a_fingerprint_id(2)
    assert finding.probability == 0.7
    assert storage.pictures.count() == 0


@pytest.mark.parametrize("featureless", [1, 2])
def test_should_refuse_to_compare_with_a_featureless_picture(
    featureless: int, storage: MemoryStorage, fingerprinter: NumberedFingerprinter
) -> None:
    fingerprinter.qualities[featureless] = 10
    matcher = CatalogueMatcher(storage, fingerprinter, ToldVerifier({}))
    with pytest.raises(ImageFeaturelessError):
        matcher.compare(numbered(1), numbered(2))
