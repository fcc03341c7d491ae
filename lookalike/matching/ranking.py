"""The order of findings in an answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from lookalike.matching.finding import Finding, Verdict

SURE = 0.99
"""Probability from which a finding is surely of one photograph."""

LIKELY = 0.95
"""Probability from which a copy in the colours of the query comes before surer ones in others."""

MAX_SURE_COLOUR_DIFFERENCE = -3.0
"""Log odds of other colours below which a picture surely has the colours of the query. From there
on, the same photograph may also be stored in these. Of a query in greyscale it always may."""


def ends_search(finding: Finding) -> bool:
    """Return whether no better copy needs to be searched."""
    return finding.probability >= SURE and _has_colours_of_query(finding)


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
    """Order findings by probability, and those of likely one photograph by their colours.

    A photograph may be stored in several colours, each of them as surely that photograph. Sure ones
    are ordered by colour difference. Likely ones in the colours of the query come before those in
    other colours, however sure; without a likely one, and where the most probable finding has other
    colours, so do copies that surely have those of the query and whose pHash is no farther from it.
    No finding is given a higher probability than one before it.
    """
    best_first = sorted(findings, key=_rank)
    sure = [finding for finding in best_first if finding.probability >= SURE]
    others = best_first[len(sure) :]
    sure.sort(key=lambda finding: finding.colour_difference)
    copies = list(takewhile(lambda finding: finding.verdict.is_copy, sure))
    likely_copies = [finding for finding in others if _is_likely_copy(finding)]
    if not (copies or likely_copies):
        likely_copies = [finding for finding in others if _stands_for(finding, best_first[0])]
    first = {finding.fingerprint_id for finding in likely_copies}
    behind = [finding for finding in others if finding.fingerprint_id not in first]
    ceiling = 1.0
    for finding in (*copies, *likely_copies, *sure[len(copies) :], *behind):
        ceiling = min(ceiling, finding.probability)
        yield replace(finding, probability=ceiling)


def _is_likely_copy(finding: Finding) -> bool:
    return finding.probability >= LIKELY and finding.verdict.is_copy


def _stands_for(finding: Finding, first: Finding) -> bool:
    """Return whether a copy surely has the colours that the most probable finding has not."""
    return (
        first.verdict is Verdict.COLOUR_VARIANT
        and finding.verdict.is_copy
        and _has_colours_of_query(finding)
        and finding.evidence.phash_distance <= first.evidence.phash_distance
    )


def _has_colours_of_query(finding: Finding) -> bool:
    return finding.colour_difference < MAX_SURE_COLOUR_DIFFERENCE


def _rank(finding: Finding) -> tuple[float, int, int, str]:
    evidence = finding.evidence
    return (
        -finding.probability,
        evidence.deep_distance,
        evidence.phash_distance,
        finding.fingerprint_id,
    )
