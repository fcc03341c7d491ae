"""The order of findings in an answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lookalike.matching.finding import Finding

SURE = 0.99
"""Probability from which a finding is surely of one photograph."""

MIN_BY_COLOUR = 0.95
"""Probability from which findings stand in the order of their colours: each may be the query's
photograph, and which of its colours the query has is told by the colours alone."""

MAX_SURE_COLOUR_DIFFERENCE = -2.0
"""Log odds of other colours from which on they might be other ones: the same photograph may also be
stored in the colours of the query. Of a query in greyscale it always may."""


def ends_search(finding: Finding) -> bool:
    """Return whether no better copy needs to be searched."""
    is_same_colour = finding.colour_difference < MAX_SURE_COLOUR_DIFFERENCE
    return finding.probability >= SURE and is_same_colour


def best_of_each(findings: Sequence[Finding]) -> list[Finding]:
    """The most probable finding of each picture."""
    best: dict[str, Finding] = {}
    for finding in sorted(findings, key=lambda f: f.probability):
        best[finding.fingerprint_id] = finding
    return list(best.values())


def as_lowered(findings: Iterable[Finding], others: Sequence[Finding]) -> list[Finding]:
    """Findings without what others of the same pictures lost to rivals."""
    lost = {other.fingerprint_id: other.lost for other in others}
    return [
        found.without(max(0, lost.get(found.fingerprint_id, 0) - found.lost)) for found in findings
    ]


def ranked(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Order findings by probability, and those of one photograph by colour difference.

    A photograph may be stored in several colours, each of them as surely that photograph. No
    finding is given a higher probability than one before it.
    """
    best_first = sorted(findings, key=_rank)
    of_one = [finding for finding in best_first if finding.probability >= MIN_BY_COLOUR]
    ceiling = 1.0
    for finding in [*sorted(of_one, key=lambda f: f.colour_difference), *best_first[len(of_one) :]]:
        ceiling = min(ceiling, finding.probability)
        yield replace(finding, probability=ceiling)


def _rank(finding: Finding) -> tuple[float, int, int, str]:
    evidence = finding.evidence
    return (
        -finding.probability,
        evidence.deep_distance,
        evidence.phash_distance,
        finding.fingerprint_id,
    )
