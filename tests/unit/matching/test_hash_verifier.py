"""Findings of hashes alone: probability, verdict and evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lambdas.shared.fingerprint.interfaces import QueryFingerprint
from lambdas.shared.fingerprint.phash import FORMS
from lambdas.shared.matching.calibration import TERMS, Calibration
from lambdas.shared.matching.hash_verifier import (
    ALIGNED_PHASH,
    MOST_CERTAIN,
    SAME_DEEP,
    SAME_PHASH,
    HashVerifier,
)
from lambdas.shared.matching.interfaces import Finding, Verdict
from lambdas.shared.pictures import Fingerprint, Picture
from tests.builders import a_fingerprint
from tests.unit.matching.builders import a_blank, hashes_with_far_centre, query_at

SURE = Calibration(9.0, dict.fromkeys(TERMS, 0.0))
DOUBTFUL = Calibration(-9.0, dict.fromkeys(TERMS, 0.0))
ASKED = a_fingerprint(1)
STORED = a_fingerprint(2, hashes=hashes_with_far_centre(2))


def _finding(
    query: QueryFingerprint, stored: Fingerprint = STORED, calibration: Calibration = SURE
) -> Finding:
    (finding,) = HashVerifier(calibration).verify(a_blank(), query, [Picture(stored, 0)])
    return finding


def test_should_give_one_finding_per_candidate_in_their_order() -> None:
    candidates = [Picture(a_fingerprint(number), 0) for number in (5, 3, 4)]
    query = query_at(ASKED, STORED, phash=0, deep=0)
    findings = HashVerifier(SURE).verify(a_blank(), query, candidates)
    assert [f.fingerprint_id for f in findings] == [c.fingerprint_id for c in candidates]
    assert HashVerifier(SURE).verify(a_blank(), query, []) == []


@pytest.mark.parametrize("calibration", [SURE, DOUBTFUL, Calibration.shipped()])
def test_should_be_certain_of_the_identical_picture_only(calibration: Calibration) -> None:
    identical = _finding(query_at(STORED, STORED, phash=0, deep=0), calibration=calibration)
    other = _finding(query_at(ASKED, STORED, phash=0, deep=0), calibration=calibration)
    assert identical.probability == 1
    assert identical.verdict is Verdict.DUPLICATE
    assert other.probability <= MOST_CERTAIN < 1


@pytest.mark.parametrize(
    ("phash", "deep", "verdict"),
    [
        (0, 0, Verdict.DUPLICATE),
        (SAME_PHASH, SAME_DEEP, Verdict.DUPLICATE),
        (SAME_PHASH + 2, 0, Verdict.EDITED_COPY),
        (0, SAME_DEEP + 1, Verdict.EDITED_COPY),
        (30, 100, Verdict.EDITED_COPY),
    ],
)
def test_should_call_a_copy_a_duplicate_where_both_hashes_agree(
    phash: int, deep: int, verdict: Verdict
) -> None:
    assert _finding(query_at(ASKED, STORED, phash=phash, deep=deep)).verdict is verdict


@pytest.mark.parametrize("row", range(1, 16))
def test_should_call_a_turned_or_framed_copy_edited(row: int) -> None:
    assert _finding(query_at(ASKED, STORED, phash=0, deep=0, row=row)).verdict is (
        Verdict.EDITED_COPY
    )


def test_should_call_what_is_unlikely_similar_however_close() -> None:
    finding = _finding(query_at(ASKED, STORED, phash=0, deep=0), calibration=DOUBTFUL)
    assert finding.verdict is Verdict.SIMILAR
    assert finding.probability < 0.01


def test_should_call_it_a_copy_from_an_even_chance_on() -> None:
    even = Calibration(0.0, dict.fromkeys(TERMS, 0.0))
    assert _finding(query_at(ASKED, STORED, phash=8, deep=0), calibration=even).verdict is (
        Verdict.EDITED_COPY
    )


@pytest.mark.parametrize(
    ("width", "height", "verdict"),
    [
        (400, 533, Verdict.DUPLICATE),
        (800, 1066, Verdict.DUPLICATE),
        (404, 533, Verdict.DUPLICATE),
        (100, 133, Verdict.DUPLICATE),
        (420, 533, Verdict.EDITED_COPY),
        (533, 400, Verdict.EDITED_COPY),
    ],
)
def test_should_call_a_stretched_copy_edited_and_a_resized_one_not(
    width: int, height: int, verdict: Verdict
) -> None:
    asked = replace(ASKED, width=width, height=height)
    assert _finding(query_at(asked, STORED, phash=0, deep=0)).verdict is verdict


@pytest.mark.parametrize("row", range(8))
def test_should_tell_flip_and_turn_where_the_phashes_agree(row: int) -> None:
    evidence = _finding(query_at(ASKED, STORED, phash=ALIGNED_PHASH, deep=70, row=row)).evidence
    assert (evidence.flipped, evidence.rotation) == FORMS[row]
    assert (evidence.phash_distance, evidence.deep_distance) == (ALIGNED_PHASH, 70)
    assert (evidence.area_of_query, evidence.area_of_match) == (1, 1)


def test_should_not_guess_flip_turn_and_areas_where_the_phashes_disagree() -> None:
    evidence = _finding(query_at(ASKED, STORED, phash=ALIGNED_PHASH + 2, deep=70)).evidence
    assert evidence.phash_distance == ALIGNED_PHASH + 2
    assert (evidence.flipped, evidence.rotation) == (None, None)
    assert (evidence.area_of_query, evidence.area_of_match) == (None, None)


def test_should_tell_the_share_of_a_framed_query() -> None:
    asked = replace(ASKED, trim_box=(0.1, 0.1, 0.9, 0.9))
    evidence = _finding(query_at(asked, STORED, phash=0, deep=0, row=8)).evidence
    assert evidence.area_of_query == pytest.approx(0.64)
    assert evidence.area_of_match == 1


def test_should_tell_the_share_of_a_framed_match() -> None:
    framed = a_fingerprint(3, trimmed=True)
    unframed = replace(STORED, hashes={**STORED.hashes, "phash": framed.hashes["phash_trimmed"]})
    evidence = _finding(query_at(ASKED, unframed, phash=0, deep=0), framed).evidence
    assert evidence.area_of_query == 1
    assert evidence.area_of_match == framed.trimmed_area


def test_should_trust_close_hashes_and_not_far_ones_as_shipped() -> None:
    shipped = Calibration.shipped()
    near = _finding(query_at(ASKED, STORED, phash=2, deep=20), calibration=shipped)
    far = _finding(query_at(ASKED, STORED, phash=32, deep=256), calibration=shipped)
    assert near.probability > 0.97
    assert near.verdict is Verdict.DUPLICATE
    assert far.probability < 0.01
    assert far.verdict is Verdict.SIMILAR
