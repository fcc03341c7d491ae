"""Views of a query are checked where the whole matches nothing, as far as its effort goes."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from typing_extensions import override

from lookalike.matching import second_attempts
from lookalike.matching.calibration import REFERENCE_SIZE
from lookalike.matching.catalogue_matcher import CatalogueMatcher
from lookalike.matching.check import CheckOptions, CheckResult
from lookalike.matching.effort import Effort
from lookalike.matching.finding import Evidence, Finding, Verdict
from lookalike.matching.retrieval import FAST_VERIFIED
from lookalike.matching.second_attempts import SecondAttempts
from lookalike.matching.target import OnePicture
from lookalike.matching.views import windows
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import a_fingerprint_id, a_picture, a_product
from tests.unit.matching.builders import LEFT, RIGHT, a_page
from tests.unit.matching.fakes import (
    NumberedFingerprinter,
    ToldVerifier,
    entities,
    numbered,
    stock,
)
from tests.unit.matching.test_catalogue_matcher_regions import OTHER, PlacingVerifier
from tests.unit.matching.test_views import CORNERS

TURNED = a_page().picture.whole.height
"""Width of the page after a quarter turn, by which that view is told apart."""


@pytest.fixture
def stocked(storage: MemoryStorage) -> MemoryStorage:
    """The page, the page as it is after a quarter turn, and the pictures on it."""
    stock(storage, *(a_product(n, entity_id=f"e{n}") for n in (1, LEFT, RIGHT, TURNED)))
    storage.pictures.put_many([a_picture(TURNED)])
    return storage


def checked(
    storage: MemoryStorage,
    verifier: ToldVerifier,
    options: CheckOptions,
    fingerprinter: NumberedFingerprinter | None = None,
) -> CheckResult:
    matcher = CatalogueMatcher(storage, fingerprinter or NumberedFingerprinter(), verifier)
    return matcher.check(a_page().picture, options)


@pytest.mark.parametrize("effort", [Effort.NORMAL, Effort.THOROUGH])
def test_should_find_the_picture_that_a_turned_view_shows(
    stocked: MemoryStorage, effort: Effort
) -> None:
    result = checked(stocked, PlacingVerifier({TURNED: 0.97}), CheckOptions(effort=effort))
    assert entities(result) == [f"e{TURNED}"]
    assert result.matches[0].verdict is Verdict.EDITED_COPY


def test_should_not_check_regions_of_a_picture_that_matches_after_a_turn(
    stocked: MemoryStorage,
) -> None:
    verifier = PlacingVerifier({TURNED: 0.97, LEFT: 0.99})
    assert entities(checked(stocked, verifier, CheckOptions())) == [f"e{TURNED}"]
    assert verifier.sizes == [4, 4 * REFERENCE_SIZE]


@pytest.mark.parametrize("unless", [0.0, 0.6])
def test_should_go_on_where_a_view_shows_what_was_lost_as_a_whole(unless: float) -> None:
    """To siblings and rivals: a view of the same picture loses as much."""
    verifier = PlacingVerifier({TURNED: 0.97})
    attempts = SecondAttempts(NumberedFingerprinter(), verifier)
    asked = a_page().picture, OnePicture(a_picture(TURNED), verifier), Effort.NORMAL
    whole = Finding(a_fingerprint_id(TURNED), 0.4, Verdict.SIMILAR, Evidence(20, 100))
    [found] = attempts.copies(*asked, [whole])
    assert (found.probability, verifier.sizes) == (0.97, [4 * REFERENCE_SIZE])
    assert attempts.copies(*asked, [whole.without(12.0, unless=unless)]) == []
    assert len(verifier.sizes) > 2, "regions are checked, too"


def test_should_verify_a_turned_view_against_nothing_but_near_pictures(
    stocked: MemoryStorage,
) -> None:
    verifier = PlacingVerifier({})
    checked(stocked, verifier, CheckOptions(exclude_entity_ids=frozenset({f"e{TURNED}"})))
    assert 4 * REFERENCE_SIZE not in verifier.sizes


def test_should_not_match_a_view_with_products_that_the_caller_excludes(
    stocked: MemoryStorage,
) -> None:
    options = CheckOptions(exclude_entity_ids=frozenset({f"e{TURNED}"}))
    verifier = PlacingVerifier({TURNED: 0.97})
    assert checked(stocked, verifier, options).matches == ()
    assert a_fingerprint_id(TURNED) not in verifier.candidates


def test_should_skip_featureless_views(stocked: MemoryStorage) -> None:
    fingerprinter = NumberedFingerprinter()
    fingerprinter.qualities[TURNED] = 10
    storage_quality = PlacingVerifier({TURNED: 0.97})
    assert checked(stocked, storage_quality, CheckOptions(), fingerprinter).matches == ()


def test_should_check_no_views_with_the_least_effort(stocked: MemoryStorage) -> None:
    verifier = PlacingVerifier({TURNED: 0.97, LEFT: 0.99})
    assert checked(stocked, verifier, CheckOptions(effort=Effort.FAST)).matches == ()
    assert verifier.sizes == [4]


def test_should_verify_fewer_candidates_with_the_least_effort(storage: MemoryStorage) -> None:
    stock(storage, *(a_product(n, entity_id=f"e{n}") for n in range(1, 30)))
    verifier = ToldVerifier({})
    checked(storage, verifier, CheckOptions(effort=Effort.FAST))
    assert len(verifier.candidates) == FAST_VERIFIED


def test_should_go_on_after_a_copy_with_the_least_effort(storage: MemoryStorage) -> None:
    """The identical picture is the first candidate."""
    stock(storage, *(a_product(n, entity_id=f"e{n}") for n in range(1, 30)))
    verifier = ToldVerifier({1: 0.7})
    checked(storage, verifier, CheckOptions(effort=Effort.FAST))
    assert len(verifier.candidates) == 1 + FAST_VERIFIED


@pytest.mark.parametrize(("effort", "percentage"), [(Effort.FAST, 0.5), (Effort.NORMAL, 80.0)])
def test_should_compare_views_with_more_than_the_least_effort(
    storage: MemoryStorage, effort: Effort, percentage: float
) -> None:
    matcher = CatalogueMatcher(storage, NumberedFingerprinter(), PlacingVerifier({RIGHT: 0.8}))
    finding = matcher.compare(a_page().picture, numbered(OTHER), effort)
    assert finding.match_percentage == percentage


def test_should_count_every_view_as_one_more_chance_to_be_wrong(storage: MemoryStorage) -> None:
    """A window of the page is known, and its width tells it apart from other views."""
    views = list(windows(a_page().picture))
    known = views[-1].picture.width
    stock(storage, a_product(known, entity_id="known"))
    storage.pictures.put_many([a_picture(known)])
    verifier = PlacingVerifier({known: 0.97})
    assert entities(checked(storage, verifier, CheckOptions())) == []
    result = checked(storage, verifier, CheckOptions(effort=Effort.THOROUGH))
    assert entities(result) == ["known"]
    assert verifier.sizes[-1] == (1 + len(views)) * REFERENCE_SIZE


class PartVerifier(ToldVerifier):
    """Finds the same of every picture."""

    def __init__(self, part: Finding) -> None:
        super().__init__({})
        self._part = part

    @override
    def _finding(self, fingerprint_id: str) -> Finding:
        return self._part


@pytest.mark.parametrize(
    ("share", "within_border", "is_found"),
    [(0.39, 1.0, False), (0.4, 1.0, True), (0.2, 0.2, True), (1.0, 1.0, True)],
)
def test_should_find_what_a_rectangle_shows_for_the_most_part(
    share: float, within_border: float, monkeypatch: pytest.MonkeyPatch, *, is_found: bool
) -> None:
    """A print or a logo, which two products may share, is a small part of the stored picture.

    A product on wide white is all of it, and a small part of its frame.
    """
    page = a_page().picture
    *_, view = windows(page)
    monkeypatch.setattr(second_attempts, "rectangle_views", lambda _: [view])
    stored, side = a_picture(view.picture.width), math.sqrt(within_border)
    trimmed = replace(stored.fingerprint, trim_box=(0.0, 0.0, side, side))
    part = a_part(view.picture.width, share)
    verifier = PartVerifier(part)
    target = OnePicture(replace(stored, fingerprint=trimmed), verifier)
    whole = Finding(a_fingerprint_id(LEFT), 0.9, Verdict.EDITED_COPY, Evidence(20, 100))
    attempts = SecondAttempts(NumberedFingerprinter(), verifier)
    assert attempts.laid_over(page, [whole], target) == [view.finding_of_whole(part)] * is_found


def a_part(number: int, share: float) -> Finding:
    """A sure copy of which a share of the frame is shown."""
    side = math.sqrt(share)
    outline = ((0.0, 0.0), (side, 0.0), (side, side), (0.0, side))
    seen = Evidence(3, 40, area_of_match=share, outline_of_query=CORNERS, outline_of_match=outline)
    return Finding(a_fingerprint_id(number), 0.999, Verdict.EDITED_COPY, seen)
