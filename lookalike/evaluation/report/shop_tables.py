"""The tables with a row for each catalogue: what is found, what is wrong, what percentages say."""

from __future__ import annotations

from collections.abc import Sequence

from lookalike.errors import ImageFeaturelessError
from lookalike.evaluation.benchmark import Measured
from lookalike.evaluation.questions.question import Kind
from lookalike.evaluation.report.document import NOTHING, Section, Table, share_text
from lookalike.evaluation.report.domain_tables import Domain, has_called_variant
from lookalike.evaluation.report.negative_tables import has_called_copy
from lookalike.evaluation.scoring.metrics import ReliabilityBin, wilson
from lookalike.evaluation.scoring.scored_answers import Recall, recall, share

CERTAIN = (0.999, 0.99, 0.9)
"""Scores from which on matches are counted."""
TEXT = """One row for each catalogue. *Refused* are pictures that show too little to be matched. \
*Reduced* are pictures at 150 to 400 pixels, as shops store them, each under a single edit; \
*renditions* are pictures that the catalogue itself holds in several renditions, asked while only \
the others are in the index. \
Counts of queries are in parentheses, and 95 % intervals in brackets. *Wrong from 99.9 %* is how \
many of 1,000 best hits with at least this percentage do not show the photograph of the query, \
with copies and unrelated queries in equal weight."""


def shops(domains: Sequence[Domain], measured: Measured) -> Section:
    """The section with all these tables."""
    parts = [found(domains, measured), wrong(domains), percentages(domains)]
    return Section("Shop by shop", TEXT, parts)


def found(domains: Sequence[Domain], measured: Measured) -> Table:
    """How many pictures can be used, and what is found of them."""
    columns = ["", "pictures", "refused", "single edits: R@T", "drawn: R@T", "reduced: R@T"]
    columns += ["renditions: R@50", "R@T"]
    rows = []
    for domain in domains:
        drawn = domain.recall(domain.first, Kind.RANDOM).strict
        single, reduced = (domain.recall(domain.first, kind) for kind in (Kind.EDIT, Kind.REDUCED))
        shown = _with_queries(single.strict, single), share_text(drawn)
        cells = [*shown, _with_queries(reduced.strict, reduced), *_renditions(domain)]
        rows.append([domain.name, *_pictures(domain.name, measured), *cells])
    return Table(columns, rows, "What is found")


def _pictures(name: str, measured: Measured) -> list[str]:
    """The number of usable pictures, and the share that was refused as featureless."""
    usable = sum(entry.domain == name for entry in measured.entries)
    refused = [each for each in measured.refused if each.domain == name]
    featureless = sum(each.code == ImageFeaturelessError.code for each in refused)
    return [f"{usable:,}", share_text(featureless / (usable + featureless))]


def _renditions(domain: Domain) -> list[str]:
    answers = domain.answers(domain.first, Kind.RENDITION)
    found = recall(answers, domain.threshold(domain.first))
    return [_with_queries(found.shipped, found), share_text(found.strict)]


def _with_queries(value: float, found: Recall) -> str:
    """A share with the number of its queries; nothing without queries."""
    return f"{share_text(value)} ({found.queries:,})" if found.queries else NOTHING


def wrong(domains: Sequence[Domain]) -> Table:
    """Unrelated pictures and other colours that are called copies."""
    columns = ["", "unrelated called copies, per 1,000", "real other colours called copies"]
    columns += ["called variants", "queries"]
    rows = []
    for domain in domains:
        unrelated = domain.answers(domain.first, Kind.UNRELATED)
        called = sum(each.is_called_copy for each in unrelated)
        colours = domain.answers(domain.first, Kind.OTHER_COLOUR)
        shares = share(colours, has_called_copy), share(colours, has_called_variant)
        cells = [*map(share_text, shares), str(len(colours))]
        rows.append([domain.name, _per_thousand(called, len(unrelated)), *cells])
    return Table(columns, rows, "What is called a copy and is none")


def percentages(domains: Sequence[Domain]) -> Table:
    """How well percentages hold, over all and at the upper end."""
    columns = ["", "ECE", *(f"wrong from {100 * limit:g} %, per 1,000" for limit in CERTAIN)]
    rows = []
    for domain in domains:
        measured = domain.results.reliability(domain.first, domain.name)
        certain = (
            domain.results.reliability_from(domain.first, domain.name, limit) for limit in CERTAIN
        )
        ece = f"{measured.ece:.4f}" if measured else NOTHING
        rows.append([domain.name, ece, *map(_wrong_text, certain)])
    return Table(columns, rows, "How far percentages hold")


def _wrong_text(hits: ReliabilityBin | None) -> str:
    if hits is None:
        return NOTHING
    ends = 1000 * (1 - hits.high), 1000 * (1 - hits.low)
    return f"{1000 * (1 - hits.right):.1f} [{ends[0]:.1f} to {ends[1]:.1f}] ({hits.queries:,})"


def _per_thousand(number: int, of: int) -> str:
    low, high = wilson(number, of)
    return f"{1000 * number / of:.1f} [{1000 * low:.1f} to {1000 * high:.1f}] ({of:,})"
