"""The order of findings in an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lookalike.matching.finding import Finding

SURE = 0.99
"""Probability from which a finding is surely of one photograph."""


def best_of_each(findings: Sequence[Finding]) -> list[Finding]:
    """The most probable finding of each picture."""
    best: dict[str, Finding] = {}
    for finding in sorted(findings, key=lambda f: f.probability):
        best[finding.fingerprint_id] = finding
    return list(best.values())


def ranked(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Order findings by probability, and those of surely one photograph by colour difference.

    A photograph may be stored in several colours, each of them as surely that photograph. No
    finding is given a higher probability than one before it.
    """
    best_first = sorted(findings, key=_rank)
    sure = [finding for finding in best_first if finding.probability >= SURE]
    ceiling = 1.0
    for finding in [*sorted(sure, key=lambda f: f.colour_difference), *best_first[len(sure) :]]:
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
