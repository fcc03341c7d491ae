"""Checks respect what was decided about the products that they are made for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from lookalike.decisions import DecidedPicture, Decision, DecisionKind, Side
from lookalike.errors import ImageFeaturelessError
from lookalike.matching.check import CheckOptions
from lookalike.matching.finding import Verdict
from lookalike.products import Product
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import (
    a_decided_picture,
    a_fingerprint,
    a_fingerprint_id,
    a_product,
    with_flipped_bits,
)
from tests.unit.matching.fakes import Checker, NumberedFingerprinter, entities, stock

OWN = CheckOptions(top=50, exclude_entity_ids=frozenset({"own"}))
ANYBODY = CheckOptions(top=50)
SURE = {2: 0.999, 3: 0.9, 4: 0.8}


@pytest.fixture(autouse=True)
def _stocked(storage: MemoryStorage) -> None:
    """The query's own product, and three others."""
    stock(storage, a_product(1, entity_id="own"), *(a_product(n, entity_id=f"e{n}") for n in SURE))


def decide(  # noqa: PLR0913 - each with a default
    storage: MemoryStorage,
    kind: DecisionKind = DecisionKind.NOT_DUPLICATE,
    *,
    own: str = "own",
    other: str = "e2",
    pictures: tuple[DecidedPicture, DecidedPicture] | None = None,
    at: float = 1.0,
) -> None:
    """Decide about two products; unless told otherwise, about pictures 1 and 2."""
    first, second = pictures or (a_decided_picture(1), a_decided_picture(2))
    sides = Side(own, (first,)), Side(other, (second,))
    storage.decisions.put(Decision.about(sides, kind, at))


def test_should_leave_out_what_is_no_duplicate_of_the_callers_own(
    storage: MemoryStorage, check: Checker
) -> None:
    decide(storage)
    assert entities(check(SURE, OWN)) == ["e3", "e4"]


def test_should_leave_it_out_whichever_product_asks(storage: MemoryStorage, check: Checker) -> None:
    decide(storage, own="e2", other="own", pictures=(a_decided_picture(2), a_decided_picture(1)))
    assert entities(check(SURE, OWN)) == ["e3", "e4"]


def test_should_know_who_asks_by_the_identical_picture(
    storage: MemoryStorage, check: Checker
) -> None:
    decide(storage)
    assert entities(check({1: 1.0, **SURE}, ANYBODY)) == ["own", "e3", "e4"]


def test_should_go_on_searching_behind_what_is_left_out(
    storage: MemoryStorage, check: Checker
) -> None:
    decide(storage)
    assert entities(check(SURE, replace(OWN, top=1))) == ["e3"]


def test_should_respect_a_decision_of_a_product_that_is_not_stored(
    storage: MemoryStorage, check: Checker
) -> None:
    storage.products.delete("own")
    decide(storage)
    assert entities(check(SURE, OWN)) == ["e3", "e4"]
    assert entities(check(SURE, ANYBODY)) == ["e2", "e3", "e4"]


@pytest.mark.parametrize("pictures", [(7, 2), (1, 7)])
def test_should_ask_anew_about_another_picture(
    storage: MemoryStorage, check: Checker, pictures: tuple[int, int]
) -> None:
    own, other = map(a_decided_picture, pictures)
    decide(storage, pictures=(own, other))
    assert entities(check(SURE, OWN)) == ["e2", "e3", "e4"]


@pytest.mark.parametrize(("bits", "found"), [(0, 2), (4, 2), (5, 3)])
def test_should_know_pictures_of_other_algorithm_versions_by_their_phash(
    storage: MemoryStorage, check: Checker, bits: int, found: int
) -> None:
    def older(number: int) -> DecidedPicture:
        phash = with_flipped_bits(a_fingerprint(number).hashes["phash"], bits)
        return DecidedPicture(a_fingerprint_id(90 + number), "older", phash.hex())

    decide(storage, pictures=(older(1), older(2)))
    assert len(check(SURE, OWN).matches) == found


def test_should_hold_for_every_product_that_shows_the_query(
    storage: MemoryStorage, check: Checker
) -> None:
    same = a_product(1, entity_id="twin")
    storage.products.put_many([same])
    decide(storage)
    assert entities(check(SURE, CheckOptions(top=50, exclude_entity_ids=frozenset({"twin"})))) == [
        "e3",
        "e4",
    ]


def test_should_leave_out_one_product_of_a_picture(storage: MemoryStorage, check: Checker) -> None:
    storage.products.put_many([a_product(2, entity_id="e2b")])
    decide(storage)
    assert entities(check(SURE, OWN)) == ["e2b", "e3", "e4"]


class TestSamePicture:
    """A decision about two products that show the identical picture."""

    PICTURES = (a_decided_picture(1), a_decided_picture(1))

    @pytest.fixture(autouse=True)
    def _twins(self, storage: MemoryStorage) -> None:
        storage.products.put_many([a_product(1, entity_id=name) for name in ("twin", "third")])
        decide(storage, other="twin", pictures=self.PICTURES)

    def test_should_leave_out_the_other_one(self, check: Checker) -> None:
        assert entities(check({1: 1.0}, OWN)) == ["third"]

    @pytest.mark.parametrize("asking", [frozenset[str](), frozenset({"third"})])
    def test_should_say_nothing_about_a_third_one(
        self, check: Checker, asking: frozenset[str]
    ) -> None:
        options = CheckOptions(top=50, exclude_entity_ids=asking)
        assert set(entities(check({1: 1.0}, options))) == {"own", "twin", "third"} - asking

    def test_should_leave_it_out_of_featureless_ones_too(
        self, storage: MemoryStorage, check: Checker, fingerprinter: NumberedFingerprinter
    ) -> None:
        storage.products.delete("third")
        fingerprinter.qualities[1] = 10
        assert set(entities(check({1: 1.0}, ANYBODY))) == {"own", "twin"}
        with pytest.raises(ImageFeaturelessError):
            check({1: 1.0}, OWN)


def test_should_list_decided_duplicates_however_unlikely(
    storage: MemoryStorage, check: Checker
) -> None:
    decide(storage, DecisionKind.DUPLICATE)
    found = check({2: 0.03, 3: 0.9}, replace(OWN, top=2))
    assert entities(found) == ["e2", "e3"]
    first, second = found.matches
    assert (first.match_percentage, first.verdict) == (100, Verdict.DUPLICATE)
    assert (first.decision, second.decision) == (DecisionKind.DUPLICATE, None)
    assert found.is_duplicate


def test_should_keep_the_verdict_of_a_decided_duplicate_that_is_a_copy(
    storage: MemoryStorage, check: Checker
) -> None:
    decide(storage, DecisionKind.DUPLICATE)
    [match] = check({2: 0.7}, replace(OWN, top=1)).matches
    assert (match.match_percentage, match.verdict) == (100, Verdict.EDITED_COPY)


def test_should_list_no_decided_duplicate_that_the_caller_does_not_want(
    storage: MemoryStorage, check: Checker
) -> None:
    decide(storage, DecisionKind.DUPLICATE)
    unwanted = replace(OWN, exclude_skus=frozenset({"SKU-2"}))
    assert entities(check(SURE, unwanted)) == ["e3", "e4"]
    storage.products.delete("e2")
    assert entities(check(SURE, OWN)) == ["e3", "e4"]


def test_should_put_the_identical_picture_before_decided_duplicates(
    storage: MemoryStorage, check: Checker
) -> None:
    decide(storage, DecisionKind.DUPLICATE)
    assert entities(check({1: 1.0, **SURE}, ANYBODY)) == ["own", "e2", "e3", "e4"]


def test_should_say_that_a_variant_is_one(storage: MemoryStorage, check: Checker) -> None:
    decide(storage, DecisionKind.VARIANT)
    found = check({2: 0.9}, replace(OWN, top=1))
    [match] = found.matches
    assert (match.match_percentage, match.verdict) == (90, Verdict.COLOUR_VARIANT)
    assert match.decision is DecisionKind.VARIANT
    assert not found.is_duplicate


def test_should_take_the_later_of_two_decisions(storage: MemoryStorage, check: Checker) -> None:
    storage.products.put_many([a_product(1, entity_id="twin")])
    decide(storage, own="twin", at=2.0)
    decide(storage, DecisionKind.DUPLICATE, at=1.0)
    assert entities(check(SURE, OWN))[:1] != ["e2"]


def test_should_list_a_decided_duplicate_of_several_pictures_once(
    storage: MemoryStorage, check: Checker
) -> None:
    """With the likeliest picture that was decided about, whatever else it shows."""
    storage.products.put_many([a_product(2, entity_id="e2", further=(3, 4))])
    sides = (
        Side("own", (a_decided_picture(1),)),
        Side("e2", (a_decided_picture(2), a_decided_picture(3))),
    )
    storage.decisions.put(Decision.about(sides, DecisionKind.DUPLICATE, 1.0))
    found = check({2: 0.3, 3: 0.9, 4: 0.8}, OWN)
    assert entities(found) == ["e2", "e3", "e4"]
    assert (found.matches[0].match_percentage, found.matches[0].image_index) == (100, 1)


def test_should_ask_anew_about_a_picture_that_was_added(
    storage: MemoryStorage, check: Checker
) -> None:
    storage.products.put_many([a_product(2, entity_id="e2", further=(4,))])
    storage.products.delete("e4")
    decide(storage)
    found = check(SURE, OWN)
    assert entities(found) == ["e3", "e2"]
    assert found.matches[1].image_index == 1


def test_should_search_no_products_of_a_picture_that_is_not_stored(
    storage: MemoryStorage, check: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On AWS, that is a request for each check."""
    asked: list[str] = []
    showing = storage.products.showing

    def counted(fingerprint_id: str) -> Iterator[Product]:
        asked.append(fingerprint_id)
        return showing(fingerprint_id)

    monkeypatch.setattr(storage.products, "showing", counted)
    assert entities(check({1: 1.0, **SURE}, ANYBODY))[0] == "own"
    assert a_fingerprint_id(1) in asked
    asked.clear()
    storage.products.delete("own")
    storage.pictures.sweep(10**10)
    assert entities(check(SURE, ANYBODY)) == ["e2", "e3", "e4"]
    assert a_fingerprint_id(1) not in asked
