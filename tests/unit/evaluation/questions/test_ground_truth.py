"""Which entries show the same follows from their pixels and from what the catalogue says."""

from __future__ import annotations

from dataclasses import replace

from lookalike.evaluation.questions.ground_truth import GroundTruth
from tests.unit.evaluation.builders import entry, screened_pictures


def test_should_join_equal_pictures_and_photographs_whichever_comes_first() -> None:
    """``a`` and ``b`` are one photograph, ``c`` and ``d`` another, and ``b`` equals ``c``."""
    entries = [
        entry("a", photograph="p"),
        entry("b", photograph="p"),
        entry("c", photograph="q"),
        entry("d", photograph="q"),
        entry("e"),
    ]
    screened = screened_pictures(entries)
    screened["c"] = screened["b"]
    for order in (entries, entries[::-1]):
        truth = GroundTruth(order, screened)
        shown = {e.entity_id: truth.showing_same_picture(e) for e in entries}
        assert all(shown[name] == ("a", "b", "c", "d") for name in "abcd")
        assert shown["e"] == ("e",)
        assert truth.equal_pictures(entries[1]) == {"b", "c"}


def test_should_not_join_photographs_of_two_domains() -> None:
    entries = [entry("a", photograph="p"), replace(entry("b", photograph="p"), domain="market")]
    truth = GroundTruth(entries, screened_pictures(entries))
    assert truth.showing_same_picture(entries[0]) == ("a",)
