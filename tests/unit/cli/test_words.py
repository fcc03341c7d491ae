"""Verdicts and evidence are told in plain words, and nothing is told that is not known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lookalike.api.compare.models import CompareAnswer
from lookalike.api.find_similar.models import MatchAnswer
from lookalike.cli.words import comparison_in_words, match_in_words
from lookalike.decisions import DecisionKind
from lookalike.matching.finding import Evidence, Finding, Verdict
from tests.fakes import a_match

_NOTHING_KNOWN = Evidence(phash_distance=20, deep_distance=100)


def _match(verdict: Verdict, evidence: Evidence) -> str:
    return match_in_words(MatchAnswer.of(replace(a_match(), verdict=verdict, evidence=evidence)))


def _edited(*, flipped: bool, rotation: int, of_a: float = 1, of_b: float = 1) -> str:
    evidence = replace(
        _NOTHING_KNOWN, flipped=flipped, rotation=rotation, area_of_query=of_a, area_of_match=of_b
    )
    answer = CompareAnswer.of(Finding("", 0.9, Verdict.EDITED_COPY, evidence))
    return comparison_in_words(answer).removeprefix("The same photograph, edited. ")


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict.DUPLICATE, "The same picture."),
        (Verdict.EDITED_COPY, "The same photograph, edited."),
        (Verdict.COLOUR_VARIANT, "The same photograph in another colour."),
        (Verdict.SIMILAR, "Another photograph."),
    ],
)
def test_should_say_what_a_match_is(verdict: Verdict, words: str) -> None:
    assert _match(verdict, _NOTHING_KNOWN) == words


@pytest.mark.parametrize("kind", [DecisionKind.DUPLICATE, DecisionKind.VARIANT])
def test_should_say_what_was_decided_and_nothing_of_the_pictures(kind: DecisionKind) -> None:
    words = match_in_words(MatchAnswer.of(replace(a_match(), decision=kind)))
    assert words == f"Decided to be a {kind}."


def test_should_say_how_the_query_shows_the_match() -> None:
    assert _match(Verdict.EDITED_COPY, a_match().evidence) == (
        "The same photograph, edited. Mirrored. "
        "All of your picture shows 81 % of the catalogue picture."
    )


@pytest.mark.parametrize(
    ("flipped", "rotation", "words"),
    [
        (False, 0, ""),
        (True, 0, "Mirrored. "),
        (False, 7, "Turned by 7° clockwise. "),
        (True, 90, "Mirrored and turned by 90° clockwise. "),
        (False, 180, "Turned upside down. "),
        (False, 270, "Turned by 90° anticlockwise. "),
        (True, 359, "Mirrored and turned by 1° anticlockwise. "),
    ],
)
def test_should_say_how_the_query_is_turned(*, flipped: bool, rotation: int, words: str) -> None:
    assert _edited(flipped=flipped, rotation=rotation) == f"{words}All of A shows all of B."


@pytest.mark.parametrize(
    ("area", "words"),
    [
        (0.003, "less than 1 % of A"),
        (0.64, "64 % of A"),
        (0.994, "99 % of A"),
        (0.996, "all of A"),
    ],
)
def test_should_round_shares_to_whole_per_cents(area: float, words: str) -> None:
    told = _edited(flipped=False, rotation=0, of_a=area, of_b=0.5)
    assert told == f"{words[0].upper()}{words[1:]} shows 50 % of B."


def test_should_not_say_that_another_photograph_shows_this_one() -> None:
    assert _match(Verdict.SIMILAR, a_match().evidence) == "Another photograph."
