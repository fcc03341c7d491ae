"""Scores of one representation on one task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lookalike.evaluation.looks.tasks import LooksQuestion, Task
from lookalike.evaluation.scoring.ranking_metrics import (
    ndcg_at,
    precision_at,
    recall_at,
    reciprocal_rank,
)
from lookalike.storage.embeddings import Vectors

K = 10
DEPTH = 20
"""Hits that the plots show."""


@dataclass(frozen=True, slots=True)
class LooksScores:
    """Means over all questions, each 0 to 1.

    Attributes:
        mrr: mean reciprocal rank.
        ndcg: at ``K``, as are the others.
        precision: share of right hits.
        recall: share of what is right that was hit.
        f1: harmonic mean of both, question by question.
        within: the share of questions with a right one among the first 1, 2, … ``DEPTH`` hits.
    """

    mrr: float
    ndcg: float
    precision: float
    recall: float
    f1: float
    within: Sequence[float]

    @property
    def first(self) -> float:
        """The share of questions whose first hit is right."""
        return self.within[0]

    @property
    def found(self) -> float:
        """The share with a right one among the first ``K``."""
        return self.within[K - 1]


def scores_of(vectors: Vectors, task: Task) -> LooksScores:
    """Rank all pictures for every question, and score the rankings."""
    rows = np.array([_scores(ranking(vectors, question), question) for question in task.questions])
    reciprocal_ranks = rows[:, 0]
    within = [float(np.mean(reciprocal_ranks >= 1 / rank)) for rank in range(1, DEPTH + 1)]
    mrr, ndcg, precision, recall, f1 = rows.mean(axis=0).tolist()
    return LooksScores(mrr, ndcg, precision, recall, f1, within)


def ranking(vectors: Vectors, question: LooksQuestion) -> list[str]:
    """The rows as texts, nearest first, without those that are ignored."""
    order = np.argsort(-(vectors @ vectors[question.query]), kind="stable")
    ignored = np.fromiter(question.ignored, np.int64)
    return [str(row) for row in order[~np.isin(order, ignored)].tolist()]


def _scores(hits: list[str], question: LooksQuestion) -> list[float]:
    relevant = {str(row) for row in question.relevant}
    precision, recall = precision_at(K, hits, relevant), recall_at(K, hits, relevant)
    f1 = 2 * precision * recall / (precision + recall) if precision else 0.0
    return [
        reciprocal_rank(hits, relevant),
        ndcg_at(K, hits, relevant),
        precision,
        recall,
        f1,
    ]
