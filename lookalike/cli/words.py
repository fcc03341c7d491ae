"""Verdicts and evidence in plain words; the web page uses the same."""

from __future__ import annotations

from lookalike.api.compare.models import CompareAnswer, ComparisonEvidence
from lookalike.api.find_similar.models import EvidenceAnswer, MatchAnswer
from lookalike.matching.finding import Verdict


def match_in_words(match: MatchAnswer) -> str:
    """Describe a match, and how the query shows it as far as that is known.

    Of what people decided, the pictures may show nothing.
    """
    if match.decision:
        return f"Decided to be a {match.decision}."
    evidence = match.evidence
    shows = _shows(
        evidence.area_of_query, "your picture", evidence.area_of_match, "the catalogue picture"
    )
    return _in_words(match.verdict, evidence, shows)


def comparison_in_words(answer: CompareAnswer) -> str:
    """Describe how two pictures relate, and how A shows B as far as that is known."""
    evidence = answer.evidence
    shows = _shows(evidence.area_of_a, "A", evidence.area_of_b, "B")
    return _in_words(answer.verdict, evidence, shows)


def _in_words(
    verdict: Verdict, evidence: EvidenceAnswer | ComparisonEvidence, shows: str | None
) -> str:
    sentences = [verdict.words]
    if verdict is not Verdict.SIMILAR:  # another photograph does not show this one
        sentences += filter(None, (_changes(evidence), shows))
    return " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in sentences)


def _changes(evidence: EvidenceAnswer | ComparisonEvidence) -> str:
    flipped = "mirrored" if evidence.flipped else None
    turned = _turned(evidence.rotation) if evidence.rotation else None
    return " and ".join(filter(None, (flipped, turned)))


def _turned(degrees: int) -> str:
    half = 180
    if degrees == half:
        return "turned upside down"
    if degrees < half:
        return f"turned by {degrees}° clockwise"
    return f"turned by {2 * half - degrees}° anticlockwise"


def _shows(area_of_a: float | None, a: str, area_of_b: float | None, b: str) -> str | None:
    if area_of_a is None or area_of_b is None:
        return None
    return f"{_share(area_of_a)} of {a} shows {_share(area_of_b)} of {b}"


def _share(area: float) -> str:
    percent = round(100 * area)
    if percent == 100:  # noqa: PLR2004 - per cent
        return "all"
    return f"{percent} %" if percent else "less than 1 %"
