"""A check orders, filters and cuts the products of the matched pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from lookalike.matching.catalogue_matcher import CatalogueMatcher
from lookalike.matching.check import CheckOptions, CheckResult, Match
from lookalike.matching.finding import Evidence, Finding, Verdict
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import (
    a_fingerprint_id,
    a_product,
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


def test_should_order_products_by_their_percentage(storage: MemoryStorage, check: Checker) -> None:
    stock(storage, *(a_product(n, entity_id=f"e{n}") for n in (2, 3, 4)))
    result = check({2: 0.6, 3: 0.9876, 4: 0.3})
    assert entities(result) == ["e3", "e2", "e4"]
    assert [match.match_percentage for match in result.matches] == [98.76, 60.0, 30.0]
    assert result.matches[0].verdict is Verdict.EDITED_COPY
    assert result.matches[2].verdict is Verdict.SIMILAR
    assert result.matches[0].evidence == Evidence(20, 100)
    assert result.is_duplicate


def test_should_put_the_nearer_hashes_first_among_equal_percentages(
    storage: MemoryStorage, fingerprinter: NumberedFingerprinter
) -> None:
    class Even(ToldVerifier):
        def _finding(self, fingerprint_id: str) -> Finding:
            deep = {a_fingerprint_id(2): 90, a_fingerprint_id(3): 80}[fingerprint_id]
            return Finding(fingerprint_id, 0.7, Verdict.EDITED_COPY, Evidence(20, deep))

    stock(storage, a_product(2), a_product(3))
    found = CatalogueMatcher(storage, fingerprinter, Even({})).check(numbered(1), EVERYTHING)
    assert entities(found) == ["entity-000003", "entity-000002"]


class Colourful(ToldVerifier):
    """Gives each picture a probability, a verdict and a colour difference."""

    def __init__(self, told: Mapping[int, tuple[float, Verdict, float]]) -> None:
        super().__init__({})
        self._told = {a_fingerprint_id(number): each for number, each in told.items()}

    def _finding(self, fingerprint_id: str) -> Finding:
        probability, verdict, difference = self._told[fingerprint_id]
        return Finding(fingerprint_id, probability, verdict, Evidence(9, 99), difference)


@pytest.mark.parametrize("top", [1, 2, 50])
def test_should_prefer_the_least_recoloured_of_one_photograph(
    top: int, storage: MemoryStorage, fingerprinter: NumberedFingerprinter
) -> None:
    """Verification goes on where the first copy may be of another colour."""
    told = {
        2: (0.9999, Verdict.COLOUR_VARIANT, 3.0),
        3: (0.9990, Verdict.EDITED_COPY, -1.0),
        4: (0.9980, Verdict.EDITED_COPY, -5.0),
        5: (0.9000, Verdict.EDITED_COPY, -9.0),
    }

    stock(storage, *(a_product(n, entity_id=f"e{n}") for n in told))
    options = CheckOptions(top=top, min_match=50)
    found = CatalogueMatcher(storage, fingerprinter, Colourful(told)).check(numbered(1), options)
    assert entities(found) == ["e4", "e3", "e2", "e5"][:top]
    percentages = [match.match_percentage for match in found.matches]
    assert percentages == pytest.approx([99.8, 99.8, 99.8, 90][:top])
    assert found.is_duplicate


@pytest.mark.parametrize(
    ("min_match", "expected", "is_duplicate"),
    [(50, [("e3", 98), ("e2", 98)], True), (99, [("e2", 99.99)], False)],
)
def test_should_compare_colours_of_what_the_caller_wants_to_see(
    min_match: float,
    expected: list[tuple[str, float]],
    storage: MemoryStorage,
    fingerprinter: NumberedFingerprinter,
    *,
    is_duplicate: bool,
) -> None:
    """A copy below the minimum lowers nothing that is above it."""
    told = {2: (0.9999, Verdict.COLOUR_VARIANT, 0.0), 3: (0.98, Verdict.EDITED_COPY, 0.0)}
    stock(storage, *(a_product(n, entity_id=f"e{n}") for n in told))
    options = CheckOptions(top=2, min_match=min_match)
    found = CatalogueMatcher(storage, fingerprinter, Colourful(told)).check(numbered(1), options)
    assert [(m.product.entity_id, m.match_percentage) for m in found.matches] == expected
    assert found.is_duplicate is is_duplicate


@pytest.mark.parametrize("top", [1, 2, 3, 50])
def test_should_list_at_most_top_products(top: int, storage: MemoryStorage, check: Checker) -> None:
    stock(storage, *(a_product(n, entity_id=f"e{n}") for n in (2, 3, 4)))
    result = check({2: 0.9, 3: 0.8, 4: 0.7}, CheckOptions(top=top))
    assert entities(result) == ["e2", "e3", "e4"][:top]


@pytest.mark.parametrize(
    ("min_match", "expected"),
    [
        (0, ["e2", "e3", "e4", "e5"]),
        (0.5, ["e2", "e3", "e4", "e5"]),
        (50, ["e2", "e3"]),
        (95.5, []),
    ],
)
def test_should_leave_out_matches_below_the_minimum(
    min_match: float, expected: list[str], storage: MemoryStorage, check: Checker
) -> None:
    stock(storage, *(a_product(n, entity_id=f"e{n}") for n in (2, 3, 4, 5)))
    options = CheckOptions(top=50, min_match=min_match)
    assert entities(check({2: 0.95, 3: 0.5, 4: 0.4999, 5: 0.005}, options)) == expected


def test_should_list_the_nearest_at_min_match_0_whatever_they_are(
    storage: MemoryStorage, check: Checker
) -> None:
    stock(storage, a_product(2))
    result = check({2: 0.0})
    assert entities(result) == ["entity-000002"]
    assert not result.is_duplicate


def test_should_list_all_products_that_show_one_picture(
    storage: MemoryStorage, check: Checker
) -> None:
    same = a_fingerprint_id(2)
    shown = [a_product(n, entity_id=f"e{n}", fingerprint_id=same) for n in (7, 5, 6)]
    stock(storage, *shown, a_product(3, entity_id="other"))
    result = check({2: 0.9, 3: 0.8}, CheckOptions(top=50))
    assert entities(result) == ["e5", "e6", "e7", "other"]
    assert len({match.match_percentage for match in result.matches[:3]}) == 1


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (CheckOptions(exclude_entity_ids=frozenset({"e2"})), ["e3"]),
        (CheckOptions(exclude_entity_ids=frozenset({"e2", "e3"})), ["e4"]),
        (CheckOptions(exclude_skus=frozenset({"SKU-2"})), ["e3"]),
        (CheckOptions(attributes=frozenset({("category", "hats")})), ["e4"]),
        (CheckOptions(attributes=frozenset({("category", "hats"), ("seller", "a")})), []),
        (CheckOptions(attributes=frozenset({("seller", "unheard of")})), []),
    ],
)
def test_should_go_on_to_the_next_where_the_caller_excludes_the_best(
    options: CheckOptions, expected: list[str], storage: MemoryStorage, check: Checker
) -> None:
    stock(
        storage,
        a_product(2, entity_id="e2"),
        a_product(3, entity_id="e3"),
        a_product(4, entity_id="e4", attributes={"category": "hats", "seller": "b"}),
    )
    assert entities(check({2: 0.9, 3: 0.8, 4: 0.7}, replace(options, top=1))) == expected


def test_should_find_another_product_of_the_callers_own_picture(
    storage: MemoryStorage, check: Checker
) -> None:
    """The picture is matched as ever; only the caller's own entry is left out."""
    own = a_fingerprint_id(1)
    stock(storage, a_product(1, entity_id="mine"), a_product(9, entity_id="b", fingerprint_id=own))
    options = CheckOptions(exclude_entity_ids=frozenset({"mine"}))
    assert entities(check({1: 1.0}, options)) == ["b"]


def test_should_match_no_product_that_is_deleted(storage: MemoryStorage, check: Checker) -> None:
    stock(storage, a_product(2, entity_id="gone"))
    storage.products.delete("gone")
    assert check({2: 0.9}).matches == ()


def test_should_match_nothing_in_an_empty_catalogue(check: Checker) -> None:
    result = check({})
    assert result.matches == ()
    assert not result.is_duplicate
    assert result.query.fingerprint.fingerprint_id == a_fingerprint_id(1)


@pytest.mark.parametrize(
    ("verdict", "probability", "expected"),
    [
        (Verdict.DUPLICATE, 0.5, True),
        (Verdict.EDITED_COPY, 0.99, True),
        (Verdict.EDITED_COPY, 0.4999, False),
        (Verdict.COLOUR_VARIANT, 0.99, False),
        (Verdict.SIMILAR, 0.99, False),
    ],
)
def test_should_call_only_likely_copies_duplicates(
    verdict: Verdict, probability: float, *, expected: bool, fingerprinter: NumberedFingerprinter
) -> None:
    match = Match(a_product(), probability, verdict, Evidence(0, 0))
    result = CheckResult((match,), fingerprinter.query(numbered(1)))
    assert result.is_duplicate is expected


def test_should_list_a_product_once_with_its_best_picture(
    storage: MemoryStorage, check: Checker
) -> None:
    stock(storage, a_product(2, entity_id="several", further=(3, 4)), a_product(4, entity_id="one"))
    result = check({2: 0.6, 3: 0.9, 4: 0.8})
    assert entities(result) == ["several", "one"]
    best = result.matches[0]
    assert (best.match_percentage, best.image_index) == (90.0, 1)
    assert best.image_url == "https://shop.example/further/3.jpg"
    assert result.matches[1].image_index == 0


def test_should_not_let_the_pictures_of_one_product_take_the_places_of_others(
    storage: MemoryStorage, check: Checker
) -> None:
    stock(storage, a_product(2, entity_id="a", further=(3, 4)), a_product(5, entity_id="b"))
    sure = dict.fromkeys((2, 3, 4, 5), 0.999)
    assert entities(check(sure, CheckOptions(top=2))) == ["a", "b"]


def test_should_leave_out_a_product_whatever_picture_of_it_matches(
    storage: MemoryStorage, check: Checker
) -> None:
    stock(storage, a_product(2, entity_id="a", further=(3,)), a_product(4, entity_id="b"))
    options = CheckOptions(top=9, exclude_entity_ids=frozenset({"a"}))
    assert entities(check({3: 0.9, 4: 0.8}, options)) == ["b"]
