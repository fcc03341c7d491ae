"""Which pictures a check verifies, in which order, and which it never compares."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from lookalike.errors import ImageFeaturelessError
from lookalike.matching.catalogue_matcher import CatalogueMatcher
from lookalike.matching.check import MAX_PRODUCTS_PER_PICTURE, CheckOptions
from lookalike.matching.finding import Verdict
from lookalike.matching.retrieval import NEAREST, UNVERIFIED_PROBABILITY, VERIFIED
from lookalike.pictures import Picture
from lookalike.storage.memory.storage import MemoryStorage
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


def test_should_find_an_identical_picture_that_the_index_does_not_contain(
    storage: MemoryStorage, check: Checker
) -> None:
    stock(storage, a_product(1, entity_id="same"))
    storage.vectors.remove([a_fingerprint_id(1)])
    assert storage.vectors.count() == 0
    assert entities(check({1: 1.0})) == ["same"]


def test_should_never_compare_fingerprints_of_another_version(
    storage: MemoryStorage, fingerprinter: NumberedFingerprinter
) -> None:
    """Not even under the id of the query, even where the index contains them."""
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


def test_should_list_as_many_products_as_asked_for_beside_pictures_without_any(
    storage: MemoryStorage, check: Checker
) -> None:
    """A picture stays stored for a while after its product was deleted."""
    stock(storage, *(a_product(number) for number in range(3, 12)))
    storage.pictures.put_many([a_picture(2)])
    assert len(check({2: 0.03}, CheckOptions(top=3, min_match=0)).matches) == 3
    assert check({2: 0.9}, CheckOptions(top=3)).matches == ()


def test_should_refuse_a_featureless_query_and_say_what_to_do(
    storage: MemoryStorage, check: Checker, fingerprinter: NumberedFingerprinter
) -> None:
    stock(storage, a_product(2))
    fingerprinter.qualities[1] = 49
    with pytest.raises(ImageFeaturelessError, match=r"quality 49.*Send a picture of the product"):
        check({1: 1.0})


def with_nearer_hashes(number: int, *, phash: int = 32, deep: int = 256) -> Picture:
    """A picture at these distances from picture 1; its centre shows something else."""
    own, other = some_hashes(1), some_hashes(number)
    near = {
        "phash": with_flipped_bits(own["phash"], phash),
        "deep": with_flipped_bits(own["deep"], deep),
    }
    return a_picture(number, hashes=other | near)


def stock_with(storage: MemoryStorage, *pictures: Picture, others: int = 0) -> None:
    """These pictures, each with its product, and others that are unrelated."""
    storage.pictures.put_many([*pictures, *map(a_picture, range(1000, 1000 + others))])
    shown = [n for n in range(100) if a_fingerprint_id(n) in {p.fingerprint_id for p in pictures}]
    storage.products.put_many([a_product(n) for n in [*shown, *range(1000, 1000 + others)]])


def verified(
    storage: MemoryStorage,
    fingerprinter: NumberedFingerprinter,
    probabilities: Mapping[int, float],
    options: CheckOptions = EVERYTHING,
) -> list[str]:
    """What a check of picture 1 verifies, in order."""
    verifier = ToldVerifier(probabilities)
    CatalogueMatcher(storage, fingerprinter, verifier).check(numbered(1), options)
    return verifier.candidates


def test_should_verify_the_nearest_on_either_hash_first(
    storage: MemoryStorage, fingerprinter: NumberedFingerprinter
) -> None:
    """One is near by pHash, one by the deep hash, and the many others are near by neither."""
    near = [with_nearer_hashes(2, phash=2), with_nearer_hashes(3, deep=20)]
    stock_with(storage, *near, others=2 * NEAREST)
    found = verified(storage, fingerprinter, {})
    assert found[:2] == [a_fingerprint_id(3), a_fingerprint_id(2)]
    assert len(found) == len(set(found)) == VERIFIED


def test_should_verify_the_identical_picture_first(
    storage: MemoryStorage, fingerprinter: NumberedFingerprinter
) -> None:
    stock_with(storage, a_picture(1), with_nearer_hashes(2, phash=0, deep=0), others=20)
    assert verified(storage, fingerprinter, {})[:2] == [a_fingerprint_id(1), a_fingerprint_id(2)]


@pytest.mark.parametrize("top", [1, 2])
def test_should_stop_at_as_many_sure_copies_as_asked_for(
    top: int, storage: MemoryStorage, fingerprinter: NumberedFingerprinter
) -> None:
    stock_with(storage, *(with_nearer_hashes(n, deep=20 * n) for n in (2, 3, 4)), others=20)
    sure = {2: 0.999, 3: 0.999, 4: 0.999}
    found = verified(storage, fingerprinter, sure, CheckOptions(top=top))
    assert found == [a_fingerprint_id(n) for n in (2, 3, 4)][:top]


@pytest.mark.parametrize("top", [1, 2])
def test_should_give_no_place_to_a_picture_that_no_product_shows_any_more(
    storage: MemoryStorage, check: Checker, top: int
) -> None:
    """Such as the identical one, of a product that was deleted."""
    stock(storage, a_product(1, entity_id="deleted"), a_product(2, entity_id="kept"))
    storage.products.delete("deleted")
    assert entities(check({1: 1.0, 2: 0.999}, CheckOptions(top=top))) == ["kept"]


def test_should_verify_more_after_a_likely_copy_that_is_not_sure(
    storage: MemoryStorage, fingerprinter: NumberedFingerprinter
) -> None:
    stock_with(storage, *(with_nearer_hashes(n, deep=20 * n) for n in (2, 3)), others=20)
    found = verified(storage, fingerprinter, {2: 0.6}, CheckOptions())
    assert found[:2] == [a_fingerprint_id(2), a_fingerprint_id(3)]


def test_should_tell_the_verifier_the_size_of_the_catalogue(
    storage: MemoryStorage, fingerprinter: NumberedFingerprinter
) -> None:
    stock_with(storage, others=37)
    verifier = ToldVerifier({})
    CatalogueMatcher(storage, fingerprinter, verifier).check(numbered(1), EVERYTHING)
    assert verifier.sizes == [37]


def test_should_verify_others_in_place_of_excluded_pictures(
    storage: MemoryStorage, fingerprinter: NumberedFingerprinter
) -> None:
    """More near pictures are the caller's own than are verified; the copy comes after them."""
    own = [with_nearer_hashes(n, deep=n) for n in range(10, 10 + 2 * VERIFIED)]
    stock_with(storage, *own, with_nearer_hashes(60, deep=100), others=5)
    mine = frozenset(f"entity-{n:06d}" for n in range(10, 10 + 2 * VERIFIED))
    options = CheckOptions(exclude_entity_ids=mine)
    assert a_fingerprint_id(60) in verified(storage, fingerprinter, {60: 0.999}, options)


def test_should_verify_a_picture_of_which_only_some_products_are_excluded(
    storage: MemoryStorage, fingerprinter: NumberedFingerprinter
) -> None:
    stock_with(storage, with_nearer_hashes(2, deep=30))
    storage.products.put_many([a_product(9, fingerprint_id=a_fingerprint_id(2))])
    options = CheckOptions(exclude_skus=frozenset({"SKU-2"}))
    assert verified(storage, fingerprinter, {2: 0.999}, options) == [a_fingerprint_id(2)]


@pytest.mark.parametrize(("place", "expected"), [(-1, ["wanted", "other"]), (0, ["other"])])
def test_should_search_wanted_products_among_the_first_of_a_placeholder(
    place: int, expected: list[str], storage: MemoryStorage, fingerprinter: NumberedFingerprinter
) -> None:
    """However many products show it: what comes after those takes no other's place."""
    placeholder = a_fingerprint_id(2)
    mine = [
        a_product(n, entity_id=f"a{n:06d}", sku="mine", fingerprint_id=placeholder)
        for n in range(MAX_PRODUCTS_PER_PICTURE + place)
    ]
    wanted = a_product(2, entity_id="wanted", sku="wanted")
    stock(storage, *mine, wanted, a_product(3, entity_id="other", sku="other"))
    options = CheckOptions(top=2, exclude_skus=frozenset({"mine"}))
    verifier = ToldVerifier({2: 0.9, 3: 0.8})
    found = CatalogueMatcher(storage, fingerprinter, verifier).check(numbered(1), options)
    assert entities(found) == expected
    assert len(verifier.candidates) == len(expected)


def test_should_list_unverified_pictures_where_the_nearest_are_asked_for(
    storage: MemoryStorage, check: Checker
) -> None:
    stock_with(storage, others=3 * VERIFIED)
    result = check({}, CheckOptions(top=2 * VERIFIED, min_match=0))
    probabilities = [match.probability for match in result.matches]
    assert probabilities == [0.005] * VERIFIED + [UNVERIFIED_PROBABILITY] * VERIFIED
    assert {match.verdict for match in result.matches[VERIFIED:]} == {Verdict.SIMILAR}
    assert len({match.product.entity_id for match in result.matches}) == 2 * VERIFIED
    likely = check({}, CheckOptions(top=2 * VERIFIED, min_match=0.5))
    assert likely.matches == result.matches[:VERIFIED]


def test_should_compare_two_pictures(
    storage: MemoryStorage, fingerprinter: NumberedFingerprinter
) -> None:
    matcher = CatalogueMatcher(storage, fingerprinter, ToldVerifier({2: 0.7}))
    finding = matcher.compare(numbered(1), numbered(2))
    assert finding.fingerprint_id == a_fingerprint_id(2)
    assert finding.probability == 0.7
    assert storage.pictures.count() == 0


@pytest.mark.parametrize(("featureless", "name"), [(1, "a"), (2, "b")])
def test_should_refuse_to_compare_with_a_featureless_picture_and_say_which(
    featureless: int, name: str, storage: MemoryStorage, fingerprinter: NumberedFingerprinter
) -> None:
    fingerprinter.qualities[featureless] = 10
    matcher = CatalogueMatcher(storage, fingerprinter, ToldVerifier({}))
    with pytest.raises(ImageFeaturelessError) as refused:
        matcher.compare(numbered(1), numbered(2))
    assert refused.value.detail.startswith(f"{name}: The picture shows too little")
