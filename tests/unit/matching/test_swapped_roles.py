"""Where a query may be a copy of a picture, that picture is held against the query, too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import pytest
from typing_extensions import override

from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.images.preparation import PreparedPicture
from lookalike.matching import swapped_roles
from lookalike.matching.calibration import REFERENCE_SIZE
from lookalike.matching.catalogue_matcher import CatalogueMatcher
from lookalike.matching.check import CheckOptions, CheckResult
from lookalike.matching.effort import Effort
from lookalike.matching.finding import MIN_DOUBT, Evidence, Finding, Verdict
from lookalike.matching.ranking import SURE
from lookalike.matching.rivals import Rivals
from lookalike.matching.second_attempts import SecondAttempts
from lookalike.matching.swapped_roles import MIN_OVERLAID_DOUBT, in_doubt
from lookalike.pictures import Fingerprint, Picture
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import a_fingerprint_id, a_product
from tests.unit.matching.fakes import (
    NumberedFingerprinter,
    ToldVerifier,
    entities,
    numbered,
    stock,
)

QUERY, STORED, OTHER, FAR = 1, 2, 3, 4


class DirectedVerifier(ToldVerifier):
    """Gives each direction the probability that it is told."""

    def __init__(self, told: dict[tuple[int, int], float], verdict: Verdict) -> None:
        super().__init__({})
        self._told = {tuple(map(a_fingerprint_id, pair)): p for pair, p in told.items()}
        self._verdict = verdict
        self.areas = 0.4, 0.6
        self.asked: list[tuple[str, str]] = []

    @override
    def verify(
        self,
        picture: PreparedPicture,
        query: QueryFingerprint,
        candidates: Iterable[Picture],
        catalogue_size: int,
    ) -> Iterator[Finding]:
        asked = query.fingerprint.fingerprint_id
        for found in super().verify(picture, query, candidates, catalogue_size):
            pair = asked, found.fingerprint_id
            self.asked.append(pair)
            probability = self._told.get(pair, 0.001)
            verdict = self._verdict if probability >= 0.5 else Verdict.SIMILAR
            of_query, of_match = self.areas
            evidence = Evidence(20, 100, None, 90, of_query, of_match)
            yield replace(found, probability=probability, verdict=verdict, evidence=evidence)


@pytest.fixture(autouse=True)
def _numbered_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stored pictures are those of the builders, whose signatures show nothing."""
    numbers = {a_fingerprint_id(n): n for n in (QUERY, STORED, OTHER, FAR)}

    def stored_query(fingerprint: Fingerprint) -> tuple[PreparedPicture, QueryFingerprint]:
        picture = numbered(numbers[fingerprint.fingerprint_id])
        return picture, NumberedFingerprinter().query(picture)

    monkeypatch.setattr(swapped_roles, "stored_query", stored_query)


@pytest.fixture
def stocked(storage: MemoryStorage) -> MemoryStorage:
    """Three pictures, none of them the query."""
    stock(storage, *(a_product(n, entity_id=f"e{n}") for n in (STORED, OTHER, FAR)))
    return storage


def checked(
    storage: MemoryStorage, verifier: ToldVerifier, effort: Effort = Effort.NORMAL
) -> CheckResult:
    matcher = CatalogueMatcher(storage, NumberedFingerprinter(), verifier)
    return matcher.check(numbered(QUERY), CheckOptions(effort=effort))


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (Verdict.DUPLICATE, Verdict.EDITED_COPY),
        (Verdict.EDITED_COPY, Verdict.EDITED_COPY),
        (Verdict.COLOUR_VARIANT, Verdict.COLOUR_VARIANT),
    ],
)
def test_should_find_a_stored_picture_that_shows_the_query_edited(
    told: Verdict, shown: Verdict, stocked: MemoryStorage
) -> None:
    verifier = DirectedVerifier({(QUERY, STORED): 0.1, (STORED, QUERY): 0.9}, told)
    result = checked(stocked, verifier)
    assert entities(result) == [f"e{STORED}"]
    [match] = result.matches
    assert match.probability == 0.9
    assert match.verdict is shown
    assert match.evidence == Evidence(20, 100, rotation=270, area_of_query=0.6, area_of_match=0.4)


def test_should_count_the_other_direction_as_one_more_chance_to_be_wrong(
    stocked: MemoryStorage,
) -> None:
    told = {(QUERY, STORED): 0.1, (STORED, QUERY): 0.9}
    verifier = DirectedVerifier(told, Verdict.EDITED_COPY)
    checked(stocked, verifier)
    assert verifier.sizes == [3, 2 * REFERENCE_SIZE]


def test_should_hold_the_most_probable_pictures_alone_against_the_query(
    stocked: MemoryStorage,
) -> None:
    told = {(QUERY, STORED): 0.03, (QUERY, OTHER): 0.2, (QUERY, FAR): 0.1}
    verifier = DirectedVerifier(told, Verdict.EDITED_COPY)
    assert entities(checked(stocked, verifier)) == []
    others = [pair for pair in verifier.asked if pair[0] != a_fingerprint_id(QUERY)]
    assert others == [
        (a_fingerprint_id(OTHER), a_fingerprint_id(QUERY)),
        (a_fingerprint_id(FAR), a_fingerprint_id(QUERY)),
    ]


@pytest.mark.parametrize(
    ("probability", "effort"),
    [(MIN_DOUBT - 0.001, Effort.NORMAL), (0.6, Effort.NORMAL), (0.1, Effort.FAST)],
)
def test_should_leave_it_where_there_is_no_doubt_or_no_time(
    probability: float, effort: Effort, stocked: MemoryStorage
) -> None:
    told = {(QUERY, STORED): probability, (STORED, QUERY): 0.9}
    verifier = DirectedVerifier(told, Verdict.EDITED_COPY)
    checked(stocked, verifier, effort)
    assert {asked for asked, _ in verifier.asked} == {a_fingerprint_id(QUERY)}


@pytest.mark.parametrize(
    ("probability", "expected"),
    [(MIN_OVERLAID_DOUBT, [True]), (MIN_OVERLAID_DOUBT - 0.0001, []), (0.5, [])],
)
def test_should_doubt_less_where_the_stored_picture_shows_something_more(
    probability: float, expected: list[bool]
) -> None:
    found = Finding("a", probability, Verdict.SIMILAR, Evidence(20, 100), is_overlaid=True)
    assert [each.is_overlaid for each in in_doubt([found])] == expected
    assert in_doubt([replace(found, is_overlaid=False)]) == []


@pytest.mark.parametrize(("effort", "percentage"), [(Effort.NORMAL, 90.0), (Effort.FAST, 10.0)])
def test_should_compare_in_both_directions(
    effort: Effort, percentage: float, storage: MemoryStorage
) -> None:
    told = {(QUERY, STORED): 0.1, (STORED, QUERY): 0.9}
    verifier = DirectedVerifier(told, Verdict.EDITED_COPY)
    matcher = CatalogueMatcher(storage, NumberedFingerprinter(), verifier)
    finding = matcher.compare(numbered(QUERY), numbered(STORED), effort)
    assert finding.match_percentage == percentage
    assert finding.fingerprint_id == a_fingerprint_id(STORED)


@pytest.mark.parametrize("areas", [(0.09, 1.0), (1.0, 0.09)])
def test_should_take_no_copy_of_less_than_a_thumbnail_can_show(
    areas: tuple[float, float], stocked: MemoryStorage
) -> None:
    told = {(QUERY, STORED): 0.1, (STORED, QUERY): 0.9}
    verifier = DirectedVerifier(told, Verdict.EDITED_COPY)
    verifier.areas = areas
    assert entities(checked(stocked, verifier)) == []


def test_should_lose_to_a_rival_in_the_other_direction_too(
    stocked: MemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lowered(_self: Rivals, findings: Sequence[Finding]) -> list[Finding]:
        return [found.without(1.0) for found in findings]

    monkeypatch.setattr(Rivals, "lowered", lowered)
    told = {(QUERY, STORED): 0.3, (STORED, QUERY): 0.7, (QUERY, OTHER): 0.3, (OTHER, QUERY): 0.9}
    result = checked(stocked, DirectedVerifier(told, Verdict.EDITED_COPY))
    assert entities(result) == [f"e{OTHER}"]
    assert result.matches[0].match_percentage == pytest.approx(76.8, abs=0.1)


@pytest.mark.parametrize(
    ("effort", "probability", "best"),
    [
        (Effort.NORMAL, 0.51, 0.97),
        (Effort.NORMAL, 0.98, 0.98),
        (Effort.NORMAL, SURE, SURE),
        (Effort.THOROUGH, SURE, SURE),
    ],
)
def test_should_go_on_with_views_below_a_sure_copy_and_always_where_thorough(
    effort: Effort,
    probability: float,
    best: float,
    stocked: MemoryStorage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A sure copy may be what the picture lies on that was asked about."""
    found = Finding(a_fingerprint_id(STORED), 0.97, Verdict.EDITED_COPY, Evidence(20, 100))
    asked: list[Effort] = []

    def copies(
        _self: object, _picture: object, _target: object, effort: Effort, _whole: object
    ) -> list[Finding]:
        asked.append(effort)
        return [found]

    monkeypatch.setattr(SecondAttempts, "copies", copies)
    told = {(QUERY, STORED): 0.1, (STORED, QUERY): probability}
    verifier = DirectedVerifier(told, Verdict.EDITED_COPY)
    [match] = checked(stocked, verifier, effort).matches
    assert match.probability == best
    ends = effort is Effort.NORMAL and probability >= SURE
    assert asked == ([] if ends else [effort])


def test_should_compare_real_pictures_and_no_thumbnails_however_small_the_doubt(
    storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both pictures are at hand, so that either order finds what the other one finds."""
    monkeypatch.delattr(swapped_roles, "stored_query")
    told = {(QUERY, STORED): 0.001, (STORED, QUERY): 0.9}
    verifier = DirectedVerifier(told, Verdict.DUPLICATE)
    matcher = CatalogueMatcher(storage, NumberedFingerprinter(), verifier)
    there = matcher.compare(numbered(QUERY), numbered(STORED))
    back = matcher.compare(numbered(STORED), numbered(QUERY))
    assert there.probability == back.probability == 0.9
    assert there.verdict is Verdict.EDITED_COPY
    assert there.evidence == back.evidence.swapped
    assert set(verifier.sizes) == {REFERENCE_SIZE}


class CountingFingerprinter(NumberedFingerprinter):
    """Counts what it computes; a query takes one fingerprint."""

    def __init__(self) -> None:
        super().__init__()
        self.fingerprints = self.queries = 0

    @override
    def fingerprint(self, picture: PreparedPicture) -> Fingerprint:
        self.fingerprints += 1
        return super().fingerprint(picture)

    @override
    def query(self, picture: PreparedPicture) -> QueryFingerprint:
        self.queries += 1
        return super().query(picture)


@pytest.mark.parametrize(("probability", "further"), [(MIN_DOUBT - 0.001, 0), (0.1, 1)])
def test_should_fingerprint_a_query_once_more_only_where_there_is_a_doubt(
    probability: float, further: int, stocked: MemoryStorage
) -> None:
    fingerprinter = CountingFingerprinter()
    verifier = DirectedVerifier({(QUERY, STORED): probability}, Verdict.EDITED_COPY)
    matcher = CatalogueMatcher(stocked, fingerprinter, verifier)
    matcher.check(numbered(QUERY), CheckOptions())
    assert fingerprinter.fingerprints == fingerprinter.queries + further
