"""The order of findings in an answer."""

from __future__ import annotations

import pytest

from lookalike.matching.finding import Evidence, Finding, Verdict
from lookalike.matching.ranking import MIN_BY_COLOUR, ranked

COPY, COLOUR = Verdict.EDITED_COPY, Verdict.COLOUR_VARIANT


def _finding(name: str, probability: float, verdict: Verdict, difference: float) -> Finding:
    return Finding(name, probability, verdict, Evidence(20, 100), colour_difference=difference)


@pytest.mark.parametrize(
    ("probability", "expected"),
    [
        (MIN_BY_COLOUR, ["own", "other"]),
        (MIN_BY_COLOUR - 0.01, ["other", "own"]),
    ],
)
def test_should_put_the_colours_of_the_query_first_where_each_is_its_photograph(
    probability: float, expected: list[str]
) -> None:
    other = _finding("other", 0.999, COLOUR, 4.5)
    own = _finding("own", probability, COPY, -4.2)
    assert [found.fingerprint_id for found in ranked([other, own])] == expected
    assert [found.probability for found in ranked([other, own])] == sorted(
        (probability if expected[0] == "own" else 0.999, probability), reverse=True
    )


def test_should_not_order_unlikely_pictures_by_their_colours() -> None:
    findings = [
        _finding("likely", 0.8, COLOUR, 4.0),
        _finding("less likely", 0.7, COPY, -4.0),
        _finding("sure", 0.99, COLOUR, 2.0),
    ]
    assert [found.fingerprint_id for found in ranked(findings)] == ["sure", "likely", "less likely"]


def test_should_say_no_more_of_a_picture_than_of_one_before_it() -> None:
    findings = [_finding("other", 0.999, COLOUR, 4.5), _finding("own", 0.97, COPY, -4.2)]
    assert [found.probability for found in ranked(findings)] == [0.97, 0.97]
