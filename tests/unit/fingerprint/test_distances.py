"""Distances are the smallest over frames and forms, and tell at which they were reached."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.fingerprint.distances import distances, hamming
from lookalike.fingerprint.layout import HashRows
from lookalike.fingerprint.phash import FORMS
from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.pictures import Fingerprint
from tests.builders import a_fingerprint, some_hashes, with_flipped_bits
from tests.unit.matching.builders import a_query, far_phash


def _stored(**hashes: bytes) -> Fingerprint:
    return a_fingerprint(1, hashes=some_hashes(1) | hashes)


def _query(phash: Mapping[int, bytes], deep: bytes, frames: int = 1) -> QueryFingerprint:
    """Rows far from everything, but for the given ones."""
    rows = [phash.get(row, far_phash()) for row in range(8 * frames)]
    return a_query(a_fingerprint(2), phash=rows, deep=[deep])


@given(a=st.binary(min_size=8, max_size=8), b=st.binary(min_size=8, max_size=8))
def test_should_count_differing_bits(a: bytes, b: bytes) -> None:
    expected = (int.from_bytes(a) ^ int.from_bytes(b)).bit_count()
    assert hamming(_rows(a), _rows(b)).tolist() == [[expected]]
    assert hamming(_rows(a, b), _rows(a)).tolist() == [[0], [expected]]


def test_should_count_up_to_all_bits() -> None:
    assert hamming(_rows(bytes(64)), _rows(b"\xff" * 64)).tolist() == [[512]]


def _rows(*hashes: bytes) -> HashRows:
    return np.stack([np.frombuffer(value, np.uint8) for value in hashes])


@pytest.mark.parametrize("row", range(8))
def test_should_tell_the_form_of_the_nearest_row(row: int) -> None:
    stored = _stored()
    near = with_flipped_bits(stored.hashes["phash"], 4)
    found = distances(_query({row: near}, stored.hashes["deep"]), stored)
    assert found.phash == 4
    assert found.form == FORMS[row]
    assert not found.of_trimmed_query
    assert not found.of_trimmed_match


@pytest.mark.parametrize(
    ("rows", "expected"),
    [({3: 4, 5: 9}, 9), ({3: 4, 3 + 8: 2, 5 + 8: 9}, 9), ({3: 4, 5: 4}, 4)],
    ids=["two forms", "frames of one form", "equals"],
)
def test_should_tell_how_near_other_forms_are(rows: Mapping[int, int], expected: int) -> None:
    stored = _stored()
    near = {row: with_flipped_bits(stored.hashes["phash"], bits) for row, bits in rows.items()}
    found = distances(_query(near, stored.hashes["deep"], frames=2), stored)
    assert found.phash_of_others == expected


@pytest.mark.parametrize("row", range(8, 16))
def test_should_tell_that_the_trimmed_query_was_nearest(row: int) -> None:
    stored = _stored()
    found = distances(_query({row: stored.hashes["phash"]}, bytes(64), frames=2), stored)
    assert found.phash == 0
    assert found.form == FORMS[row - 8]
    assert found.of_trimmed_query
    assert not found.of_trimmed_match


def test_should_tell_that_the_trimmed_match_was_nearest() -> None:
    stored = _stored(phash=bytes(8), phash_trimmed=b"\xf0" * 8)
    found = distances(_query({0: b"\xf0" * 8}, bytes(64)), stored)
    assert found.phash == 0
    assert found.of_trimmed_match
    assert not found.of_trimmed_query


def test_should_prefer_whole_frames_as_they_are_among_equals() -> None:
    """A symmetrical picture is not called flipped, nor one with a thin border trimmed."""
    stored = _stored(phash=bytes(8), phash_trimmed=bytes(8))
    found = distances(_query(dict.fromkeys(range(16), bytes(8)), bytes(64), frames=2), stored)
    assert found.form == FORMS[0]
    assert not found.of_trimmed_query
    assert not found.of_trimmed_match


def test_should_measure_deep_hashes_to_whole_and_centre() -> None:
    deep = some_hashes(7)["deep"]
    stored = _stored(deep=with_flipped_bits(deep, 100), deep_centre=with_flipped_bits(deep, 30))
    found = distances(_query({}, deep), stored)
    assert (found.deep, found.deep_centre, found.deep_nearest) == (100, 30, 30)


@given(
    whole=st.integers(0, 512),
    centre=st.integers(0, 512),
)
def test_should_take_the_nearer_deep_hash(whole: int, centre: int) -> None:
    deep = some_hashes(7)["deep"]
    stored = _stored(
        deep=with_flipped_bits(deep, whole), deep_centre=with_flipped_bits(deep, centre)
    )
    assert distances(_query({}, deep), stored).deep_nearest == min(whole, centre)
