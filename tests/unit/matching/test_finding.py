"""Evidence is the same from either side of a comparison."""

from __future__ import annotations

import pytest

from lookalike.matching.finding import Evidence

FRAME = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
LEFT_HALF = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))


@pytest.mark.parametrize(("flipped", "turned"), [(False, 270), (True, 90)])
def test_should_undo_a_turn_in_swapped_evidence(*, flipped: bool, turned: int) -> None:
    """A quarter turn is undone by three, and by itself where the picture is mirrored, too."""
    evidence = Evidence(2, 30, flipped=flipped, rotation=90)
    assert (evidence.swapped.flipped, evidence.swapped.rotation) == (flipped, turned)
    assert evidence.swapped.swapped == evidence


def test_should_exchange_areas_and_outlines_in_swapped_evidence() -> None:
    evidence = Evidence(
        2,
        30,
        area_of_query=0.5,
        area_of_match=1.0,
        outline_of_query=LEFT_HALF,
        outline_of_match=FRAME,
    )
    swapped = evidence.swapped
    assert (swapped.phash_distance, swapped.deep_distance) == (2, 30)
    assert (swapped.area_of_query, swapped.area_of_match) == (1.0, 0.5)
    assert (swapped.outline_of_query, swapped.outline_of_match) == (FRAME, LEFT_HALF)


def test_should_leave_unknown_evidence_unknown() -> None:
    assert Evidence(2, 30).swapped == Evidence(2, 30)
