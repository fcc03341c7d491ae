"""The tables of labelled queries: ranking of the hits, and decisions at thresholds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from lookalike.evaluation.methods import METHODS
from lookalike.evaluation.questions.labelled import LABELLED_DOMAIN
from lookalike.evaluation.questions.question import Kind
from lookalike.evaluation.report.document import NOTHING, Table, share_text
from lookalike.evaluation.scoring import ranking_metrics
from lookalike.evaluation.scoring.metrics import Curve, curve
from lookalike.evaluation.scoring.scored_answers import (
    SHIPPED_THRESHOLD,
    Results,
    ScoredAnswer,
)

RANKS = (1, 5, 10)
Metric = Callable[[Sequence[str], frozenset[str]], float]


def ranking(results: Results, methods: Sequence[str]) -> Table:
    """Return how high the right answers rank, with a row for each method."""
    columns = ["", "queries", "MRR"]
    columns += [f"{name}@{k}" for name in ("nDCG", "P", "R") for k in RANKS]
    rows = []
    for method in methods:
        answers = [each for each in _answers(results, method) if each.question.expected]
        cells = [_mean(answers, ranking_metrics.reciprocal_rank)]
        cells += [
            _mean(answers, lambda hits, right, k=k, metric=metric: metric(k, hits, right))  # type: ignore[misc]
            for metric in (
                ranking_metrics.ndcg_at,
                ranking_metrics.precision_at,
                ranking_metrics.recall_at,
            )
            for k in RANKS
        ]
        rows.append([METHODS[method].title, str(len(answers)), *cells])
    return Table(columns, rows, "Ranking of the hits")


def _mean(answers: Sequence[ScoredAnswer], metric: Metric) -> str:
    values = [
        metric([hit.entity_id for hit in each.answer.hits], frozenset(each.question.expected))
        for each in answers
    ]
    return share_text(float(np.mean(values))) if values else NOTHING


def decisions(results: Results, methods: Sequence[str]) -> Table:
    """Precision, recall and F1 at the best and at the shipped threshold."""
    columns = ["", "best threshold", "precision", "recall", "F1"]
    columns += ["at 50 %: precision", "recall", "F1"]
    rows = []
    for method in methods:
        found = decision_curve(results, method)
        best = found.best
        cells = map(share_text, (best, *found.at(best), *found.at(SHIPPED_THRESHOLD)))
        rows.append([METHODS[method].title, *cells])
    return Table(columns, rows, "Decisions: every hit from the threshold on counts as a match")


def decision_curve(results: Results, method: str) -> Curve:
    """Precision and recall over thresholds, where every hit of every query is a decision."""
    answers = _answers(results, method)
    hits = [
        (hit.score, hit.entity_id in each.question.expected)
        for each in answers
        for hit in each.answer.hits
    ]
    expected = sum(len(each.question.expected) for each in answers)
    right = [truth for _, truth in hits]
    return curve([score for score, _ in hits], right, expected - sum(right))


def _answers(results: Results, method: str) -> list[ScoredAnswer]:
    return results.answers(method, LABELLED_DOMAIN, Kind.LABELLED)
