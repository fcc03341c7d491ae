"""The tables with a row for each catalogue: what is found, what is wrong, what percentages say.

Where there are several catalogues, the first row is over all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lookalike.errors import ImageFeaturelessError
from lookalike.evaluation.benchmark import Measured
from lookalike.evaluation.questions.question import IndexKind, Kind
from lookalike.evaluation.report import all_shops
from lookalike.evaluation.report.document import NOTHING, Section, Table, share_text
from lookalike.evaluation.report.domain_tables import Domain, has_called_variant
from lookalike.evaluation.report.negative_tables import (
    confused,
    has_called_copy,
    rate_text,
)
from lookalike.evaluation.scoring.best_hits import BestHits, pooled
from lookalike.evaluation.scoring.reliability import Reliability, ReliabilityBin
from lookalike.evaluation.scoring.scored_answers import Recall, ScoredAnswer, recall, share

CERTAIN = (0.999, 0.99, 0.9)
"""Scores from which on matches are counted."""
TEXT = """One row for each catalogue; of several, the first row is over all. There, counts and \
answers are pooled, and shares that are found, and calibration errors, are mean and median of the \
catalogues. *Refused* are pictures that show too little to be matched. *Reduced* are pictures at \
150 to 400 pixels, as shops store them, each under a single edit; *renditions* are pictures that \
the catalogue itself holds in several renditions, asked while only the others are in the index. \
Counts of queries are in parentheses, and 95 % intervals in brackets. An unrelated picture is \
asked in up to eleven forms and an edited one under every edit, so intervals count different \
pictures and not queries: all forms of a picture together say as much as one query. *Confused* are \
unrelated pictures that are called a copy in any form. *Hard negatives* are made pictures that \
share much with one of the index and show another product. *Wrong from 99.9 %* is how many of \
1,000 best hits with at least this percentage do not show the photograph of the query, with copies \
and unrelated queries in equal weight."""


def shops(domains: Sequence[Domain], measured: Measured) -> Section:
    """The section with all these tables."""
    parts = [found(domains, measured), wrong(domains), hard_negatives(domains)]
    parts += [percentages(domains)]
    return Section("Shop by shop", TEXT, [part for part in parts if part.rows])


def found(domains: Sequence[Domain], measured: Measured) -> Table:
    """How many pictures can be used, and what is found of them."""
    columns = ["", "pictures", "refused", "single edits: R@T", "drawn: R@T", "reduced: R@T"]
    columns += ["renditions: R@50", "R@T"]
    recalls = [_recalls(domain) for domain in domains]
    rows = [
        [domain.name, *_pictures([domain.name], measured), *_found_cells([each])]
        for domain, each in zip(domains, recalls, strict=True)
    ]
    if len(domains) > 1:
        pictures = _pictures([domain.name for domain in domains], measured)
        rows.insert(0, [all_shops.label(len(domains)), *pictures, *_found_cells(recalls)])
    return Table(columns, rows, "What is found")


def _recalls(domain: Domain) -> list[Recall]:
    """The recall of single and drawn edits, of reduced pictures and of renditions."""
    kinds = (Kind.EDIT, Kind.RANDOM, Kind.REDUCED, Kind.RENDITION)
    limit = domain.threshold(domain.first)
    return [recall(domain.answers(domain.first, kind), limit) for kind in kinds]


def _pictures(names: Sequence[str], measured: Measured) -> list[str]:
    """The number of usable pictures; the share refused as featureless, and of how many."""
    usable = sum(entry.domain in names for entry in measured.entries)
    refused = [each for each in measured.refused if each.domain in names]
    featureless = sum(each.code == ImageFeaturelessError.code for each in refused)
    total = usable + featureless
    return [f"{usable:,}", f"{share_text(featureless / total)} ({featureless:,} of {total:,})"]


def _found_cells(recalls: Sequence[Sequence[Recall]]) -> list[str]:
    """The cells of one catalogue, or of several."""
    single, drawn, reduced, renditions = zip(*recalls, strict=True)
    return [
        _with_queries([each.strict for each in single], single),
        _shares([each.strict for each in drawn]),
        _with_queries([each.strict for each in reduced], reduced),
        _with_queries([each.shipped for each in renditions], renditions),
        _shares([each.strict for each in renditions]),
    ]


def _shares(values: Sequence[float]) -> str:
    """The share of one catalogue, or mean and median of several."""
    return share_text(values[0]) if len(values) == 1 else all_shops.mean_and_median(values)


def _with_queries(values: Sequence[float], recalls: Sequence[Recall]) -> str:
    """Shares with the number of their queries; nothing without queries."""
    queries = sum(each.queries for each in recalls)
    return f"{_shares(values)} ({queries:,})" if queries else NOTHING


def wrong(domains: Sequence[Domain]) -> Table:
    """Unrelated pictures, hard negatives and other colours that are called copies."""
    columns = ["", "unrelated called copies, per 1,000", "confused pictures"]
    columns += ["hard negatives called copies, per 1,000", "real other colours called copies"]
    columns += ["called variants", "queries"]
    rows = [[domain.name, *_wrong_cells([domain])] for domain in domains]
    if len(domains) > 1:
        rows.insert(0, [all_shops.label(len(domains)), *_wrong_cells(domains)])
    return Table(columns, rows, "What is called a copy and is none")


def _wrong_cells(domains: Sequence[Domain]) -> list[str]:
    unrelated, colours = (
        [each for domain in domains for each in domain.answers(domain.first, kind)]
        for kind in (Kind.UNRELATED, Kind.OTHER_COLOUR)
    )
    shares = share(colours, has_called_copy), share(colours, has_called_variant)
    cells = [rate_text(unrelated), confused(unrelated), rate_text(_hard_negatives(domains))]
    return [*cells, *map(share_text, shares), f"{len(colours):,}"]


def _hard_negatives(domains: Sequence[Domain]) -> list[ScoredAnswer]:
    kind, index_kind = Kind.HARD_NEGATIVE, IndexKind.WITH_COUNTERPARTS
    return [
        each
        for domain in domains
        for each in domain.answers(domain.first, kind, index_kind=index_kind)
    ]


def hard_negatives(domains: Sequence[Domain]) -> Table:
    """A row for each kind of hard negative, over all catalogues; no rows if none was asked."""
    answers = _hard_negatives(domains)
    columns = ["what is shared, or differs alone", "called copies, per 1,000", "confused pictures"]
    rows = []
    for edit in dict.fromkeys(each.question.edit for each in answers):
        kept = [each for each in answers if each.question.edit == edit]
        rows.append([edit, rate_text(kept), confused(kept)])
    if rows:
        rows.insert(0, ["all kinds", rate_text(answers), confused(answers)])
    return Table(columns, rows, "Hard negatives of all catalogues")


def percentages(domains: Sequence[Domain]) -> Table:
    """How well percentages hold, over all and at the upper end."""
    wrong = (f"wrong from {100 * limit:g} %, per 1,000" for limit in CERTAIN)
    columns = ["", "ECE", "ECE by chance", *wrong]
    hits = [domain.results.best_hits(domain.first, domain.name) for domain in domains]
    measured = [each.reliability() if each else None for each in hits]
    rows = [
        [domain.name, *_error_cells([found] if found else []), *_certain_cells(each)]
        for domain, each, found in zip(domains, hits, measured, strict=True)
    ]
    if len(domains) > 1:
        cells = _error_cells([found for found in measured if found])
        every = pooled(each for each in hits if each)
        rows.insert(0, [all_shops.label(len(domains)), *cells, *_certain_cells(every)])
    return Table(columns, rows, "How far percentages hold")


def _error_cells(measured: Sequence[Reliability]) -> list[str]:
    """Calibration errors, and what they would be by chance: of several, mean and median."""
    if not measured:
        return [NOTHING, NOTHING]
    of_each = ([found.ece for found in measured], [found.ece_by_chance for found in measured])
    if len(measured) == 1:
        return [f"{error:.4f}" for [error] in of_each]
    return [f"{np.mean(errors):.4f}; {np.median(errors):.4f}" for errors in of_each]


def _certain_cells(hits: BestHits | None) -> list[str]:
    """A cell for each of ``CERTAIN``."""
    return [_wrong_text(hits.reliability_from(limit) if hits else None) for limit in CERTAIN]


def _wrong_text(hits: ReliabilityBin | None) -> str:
    if hits is None:
        return NOTHING
    ends = 1000 * (1 - hits.high), 1000 * (1 - hits.low)
    of = f"{hits.queries:,} of {hits.pictures:,} pictures"
    return f"{1000 * (1 - hits.right):.1f} [{ends[0]:.1f} to {ends[1]:.1f}] ({of})"
