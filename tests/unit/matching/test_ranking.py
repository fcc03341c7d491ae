"""The order of findings in an answer."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from lookalike.matching.finding import Evidence, Finding, Verdict
from lookalike.matching.ranking import LIKELY, SURE, ranked

Told = tuple[str, float, Verdict, float]
"""Name, probability, verdict and colour difference."""
COPY, COLOUR, SAME = Verdict.EDITED_COPY, Verdict.COLOUR_VARIANT, Verdict.DUPLICATE
OTHER: Told = ("other", 0.999, COLOUR, 4.5)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([OTHER, ("own", 0.97, COPY, -4.2)], [("own", 0.97), ("other", 0.97)]),
        ([OTHER, ("own", LIKELY, COPY, -4.2)], [("own", LIKELY), ("other", LIKELY)]),
        ([OTHER, ("own", 0.94, COPY, -4.2)], [("other", 0.999), ("own", 0.94)]),
        (
            [("third", 0.96, COLOUR, 5.0), OTHER, ("own", SURE, COPY, -4.2)],
            [("own", SURE), ("other", SURE), ("third", 0.96)],
        ),
        ([OTHER, ("own", 0.991, SAME, -math.inf)], [("own", 0.991), ("other", 0.991)]),
        (
            [("far", 0.999, COPY, -2.5), ("near", 0.992, COPY, -6.0)],
            [("near", 0.992), ("far", 0.992)],
        ),
        (
            [("sure", 0.999, COPY, -2.5), ("likely", 0.96, COPY, -6.0)],
            [("sure", 0.999), ("likely", 0.96)],
        ),
        (
            [("likely", 0.98, COPY, -2.5), ("less likely", 0.96, COPY, -6.0)],
            [("likely", 0.98), ("less likely", 0.96)],
        ),
        (
            [("likely", 0.8, COLOUR, 4.0), ("less likely", 0.7, COPY, -4.0), OTHER],
            [("other", 0.999), ("likely", 0.8), ("less likely", 0.7)],
        ),
    ],
    ids=[
        "likely in the colours of the query",
        "just likely",
        "not likely enough",
        "sure in the colours of the query",
        "unchanged",
        "both sure copies",
        "a sure copy and a likely one",
        "both likely copies",
        "no colour below",
    ],
)
def test_should_put_the_colours_of_the_query_first_where_it_is_likely_that_photograph(
    told: Sequence[Told], expected: Sequence[tuple[str, float]]
) -> None:
    findings = [
        Finding(name, probability, verdict, Evidence(20, 100), colour_difference=difference)
        for name, probability, verdict, difference in told
    ]
    for given in (findings, findings[::-1]):
        found = [(each.fingerprint_id, each.probability) for each in ranked(given)]
        assert found == list(expected)
