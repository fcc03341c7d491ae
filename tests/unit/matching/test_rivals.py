"""Two pictures of other products are rivals, unless they show one photograph."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from typing_extensions import override

from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.images.preparation import PreparedPicture
from lookalike.matching import rivals
from lookalike.matching.catalogue_matcher import CatalogueMatcher
from lookalike.matching.check import CheckOptions
from lookalike.matching.finding import Evidence, Finding, Verdict
from lookalike.matching.rivals import MOST, RENDITION, Rivals
from lookalike.pictures import Fingerprint, Picture
from lookalike.products import Product
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import a_fingerprint_id, a_picture, a_product
from tests.unit.matching.fakes import NumberedFingerprinter, ToldVerifier, numbered, stock

QUERY, ONE, OTHER, THIRD = 1, 2, 3, 4


def _finding(number: int, verdict: Verdict = Verdict.EDITED_COPY) -> Finding:
    return Finding(a_fingerprint_id(number), 0.8, verdict, Evidence(20, 100), score=2.0)


def _rivals(probability: float, *products: Product) -> tuple[Rivals, ToldVerifier]:
    """Of pictures that are copies of each other with this probability."""
    verifier = ToldVerifier(dict.fromkeys((ONE, OTHER, THIRD), probability))
    pictures: dict[str, Picture] = {a_fingerprint_id(n): a_picture(n) for n in (ONE, OTHER, THIRD)}
    found = Rivals(
        verifier,
        lambda ids: {name: pictures[name] for name in ids if name in pictures},
        lambda name: (p for p in products if name in {i.fingerprint_id for i in p.images}),
    )
    return found, verifier


@pytest.fixture(autouse=True)
def _numbered_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stored pictures are those of the builders, whose signatures show nothing."""
    numbers = {a_fingerprint_id(n): n for n in (ONE, OTHER, THIRD)}

    def stored_query(fingerprint: Fingerprint) -> tuple[PreparedPicture, QueryFingerprint]:
        picture = numbered(numbers[fingerprint.fingerprint_id])
        return picture, NumberedFingerprinter().query(picture)

    monkeypatch.setattr(rivals, "stored_query", stored_query)


PRODUCTS = (a_product(ONE, sku="a"), a_product(OTHER, sku="b"), a_product(THIRD, sku="c"))


@pytest.mark.parametrize(
    ("probability", "expected"), [(RENDITION - 0.01, True), (RENDITION, False)]
)
def test_should_be_rivals_unless_they_are_renditions(probability: float, expected: bool) -> None:  # noqa: FBT001 - expected
    found, _ = _rivals(probability, *PRODUCTS)
    assert found.are(_finding(ONE), _finding(OTHER)) is expected


@pytest.mark.parametrize(
    ("one", "other", "products"),
    [
        (_finding(ONE), _finding(ONE), PRODUCTS),
        (_finding(ONE), _finding(OTHER, Verdict.COLOUR_VARIANT), PRODUCTS),
        (_finding(ONE, Verdict.COLOUR_VARIANT), _finding(OTHER), PRODUCTS),
        (_finding(ONE), _finding(OTHER), (a_product(ONE, sku="a"), a_product(OTHER, sku="a"))),
        (_finding(ONE), _finding(OTHER), (a_product(ONE, further=(OTHER,)),)),
        (_finding(ONE), _finding(9), (*PRODUCTS, a_product(9, sku="z"))),
    ],
    ids=["itself", "a colour", "of a colour", "one sku", "one product", "removed meanwhile"],
)
def test_should_be_no_rivals(one: Finding, other: Finding, products: tuple[Product, ...]) -> None:
    found, verifier = _rivals(0.001, *products)
    assert not found.are(one, other)
    assert verifier.candidates == []


def test_should_compare_few_pictures() -> None:
    found, verifier = _rivals(0.001, *PRODUCTS)
    answers = [found.are(_finding(ONE), _finding(other)) for other in (OTHER, THIRD, OTHER)]
    assert answers == [True] * MOST + [False]
    assert len(verifier.candidates) == MOST


def test_should_say_similar_of_what_is_lowered_below_one_half() -> None:
    lowered = _finding(ONE).without(3.0)
    assert lowered.probability < 0.5
    assert lowered.verdict is Verdict.SIMILAR
    assert lowered.lost == 3.0
    assert _finding(ONE).without(0.0) == _finding(ONE)


class RivalVerifier(ToldVerifier):
    """Lowers every rival by so much that it matches no more."""

    @override
    def among_rivals(
        self, findings: Sequence[Finding], are_rivals: Callable[[Finding, Finding], bool]
    ) -> list[Finding]:
        return [
            found.without(20.0) if any(are_rivals(found, other) for other in findings) else found
            for found in findings
        ]


@pytest.mark.parametrize(("probability", "matches"), [(0.8, 0), (0.95, 2)])
def test_should_match_no_picture_beside_a_rival(
    probability: float, matches: int, storage: MemoryStorage
) -> None:
    stock(storage, a_product(ONE, sku="a"), a_product(OTHER, sku="b"))
    verifier = RivalVerifier({ONE: probability, OTHER: probability})
    matcher = CatalogueMatcher(storage, NumberedFingerprinter(), verifier)
    assert len(matcher.check(numbered(QUERY), CheckOptions(top=2)).matches) == matches
