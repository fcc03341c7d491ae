"""The order of findings in an answer."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from lookalike.matching.finding import Evidence, Finding, Verdict
from lookalike.matching.ranking import LIKELY, MAX_SURE_COLOUR_DIFFERENCE, SURE, ends_search, ranked

Told = tuple[str, float, Verdict, float] | tuple[str, float, Verdict, float, int]
"""Name, probability, verdict, colour difference, and bits between the pHashes (20 unless told)."""
COPY, COLOUR, SAME = Verdict.EDITED_COPY, Verdict.COLOUR_VARIANT, Verdict.DUPLICATE
JUST_UNSURE = MAX_SURE_COLOUR_DIFFERENCE
ALMOST = LIKELY - 0.001
OTHER: Told = ("other", 0.999, COLOUR, 4.5)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            [OTHER, ("own", LIKELY + 0.01, COPY, -4.2)],
            [("own", LIKELY + 0.01), ("other", LIKELY + 0.01)],
        ),
        ([OTHER, ("own", LIKELY, COPY, -4.2)], [("own", LIKELY), ("other", LIKELY)]),
        ([OTHER, ("own", 0.51, COPY, -3.1)], [("own", LIKELY), ("other", LIKELY)]),
        ([OTHER, ("own", ALMOST, COPY, -4.2, 21)], [("other", 0.999), ("own", ALMOST)]),
        ([OTHER, ("own", ALMOST, COPY, JUST_UNSURE)], [("other", 0.999), ("own", ALMOST)]),
        ([OTHER, ("own", 0.49, Verdict.SIMILAR, -4.2)], [("other", 0.999), ("own", 0.49)]),
        (
            [("third", 0.96, COLOUR, 5.0), OTHER, ("own", SURE, COPY, -4.2)],
            [("own", SURE), ("other", SURE), ("third", 0.96)],
        ),
        ([OTHER, ("own", 0.998, SAME, -math.inf)], [("own", 0.998), ("other", 0.998)]),
        (
            [("far", 0.999, COPY, -2.5), ("near", 0.998, COPY, -6.0)],
            [("near", 0.998), ("far", 0.998)],
        ),
        (
            [("farther", 0.999, COPY, -3.5), ("nearer", 0.998, COPY, -6.0)],
            [("farther", 0.999), ("nearer", 0.998)],
        ),
        (
            [("farther", 0.999, COPY, -3.5), ("nearer", 0.999, COPY, -6.0)],
            [("nearer", 0.999), ("farther", 0.999)],
        ),
        (
            [("sure", 0.999, COPY, -2.5), ("likely", 0.98, COPY, -6.0)],
            [("sure", 0.999), ("likely", 0.98)],
        ),
        (
            [("likely", 0.99, COPY, -2.5), ("less likely", 0.98, COPY, -6.0)],
            [("likely", 0.99), ("less likely", 0.98)],
        ),
        (
            [("likely", 0.8, COLOUR, 4.0), ("less likely", 0.7, COPY, -2.0), OTHER],
            [("other", 0.999), ("likely", 0.8), ("less likely", 0.7)],
        ),
        (
            [("other", ALMOST, COLOUR, 2.0), ("own", 0.7, COPY, -4.0, 18)],
            [("own", ALMOST), ("other", ALMOST)],
        ),
        (
            [OTHER, ("unsure", 0.9, COPY, -2.0), ("one", 0.8, COPY, -4.0), ("two", 0.7, COPY, -5)],
            [("one", LIKELY), ("two", LIKELY), ("other", LIKELY), ("unsure", 0.9)],
        ),
        (
            [OTHER, ("likely", 0.98, COPY, -2.0), ("less likely", 0.8, COPY, -4.0)],
            [("likely", 0.98), ("other", 0.98), ("less likely", 0.8)],
        ),
        (
            [OTHER, ("sure", SURE, COPY, -2.0), ("less likely", 0.8, COPY, -4.0)],
            [("sure", SURE), ("other", SURE), ("less likely", 0.8)],
        ),
        (
            [("view", ALMOST, Verdict.SIMILAR, 2.0), ("own", 0.7, COPY, -4.0)],
            [("view", ALMOST), ("own", 0.7)],
        ),
        (
            [("likely", ALMOST, COPY, -2.0), ("less likely", 0.7, COPY, -4.0, 18)],
            [("likely", ALMOST), ("less likely", 0.7)],
        ),
    ],
    ids=[
        "likely in the colours of the query",
        "just likely",
        "surely in the colours of the query, and no farther",
        "farther",
        "not surely in the colours of the query",
        "no copy",
        "sure in the colours of the query",
        "unchanged",
        "both sure copies",
        "both surely in the colours of the query",
        "both as probable",
        "a sure copy and a likely one",
        "both likely copies",
        "no colours that are sure",
        "surely in the colours of the query, beside a likely one",
        "two of them",
        "beside a likely copy",
        "beside a sure copy",
        "no colour variant",
        "no other colours",
    ],
)
def test_should_put_the_colours_of_the_query_first_where_it_is_likely_that_photograph(
    told: Sequence[Told], expected: Sequence[tuple[str, float]]
) -> None:
    findings = [
        Finding(
            *(name, probability, verdict, Evidence(next(iter(bits), 20), 100)),
            colour_difference=difference,
        )
        for name, probability, verdict, difference, *bits in told
    ]
    for given in (findings, findings[::-1]):
        found = [(each.fingerprint_id, each.probability) for each in ranked(given)]
        assert found == list(expected)


def _in_columns(left: float, right: float) -> Evidence:
    outline = ((left, 0.0), (right, 0.0), (right, 1.0), (left, 1.0))
    return Evidence(20, 100, outline_of_query=outline)


@pytest.mark.parametrize(
    ("left", "right", "is_first"), [(0.0, 0.5, True), (0.1, 0.6, True), (0.2, 0.7, False)]
)
def test_should_let_a_copy_stand_in_for_what_is_in_its_place_alone(
    left: float, right: float, *, is_first: bool
) -> None:
    """The other picture covers the left half of the query."""
    other = Finding("other", 0.999, COLOUR, _in_columns(0.0, 0.5), colour_difference=4.5)
    own = Finding("own", 0.7, COPY, _in_columns(left, right), colour_difference=-4.0)
    found = [each.fingerprint_id for each in ranked([other, own])]
    assert found == (["own", "other"] if is_first else ["other", "own"])


@pytest.mark.parametrize(
    ("probability", "difference", "expected"),
    [
        (SURE, MAX_SURE_COLOUR_DIFFERENCE - 0.1, True),
        (SURE, MAX_SURE_COLOUR_DIFFERENCE, False),
        (SURE - 0.001, -6.0, False),
        (1.0, -math.inf, True),
    ],
)
def test_should_end_a_search_at_a_sure_copy_that_surely_has_the_colours_of_the_query(
    probability: float, difference: float, *, expected: bool
) -> None:
    found = Finding("a", probability, COPY, Evidence(20, 100), colour_difference=difference)
    assert ends_search(found) is expected
