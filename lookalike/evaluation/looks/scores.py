"""Scores of one representation on one task."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class LooksScores:
    """Means over all questions, each 0 to 1.

    Attributes:
        first: the share of questions whose first hit is right.
        found: the share with a right one among the first ``K``.
        mrr: mean reciprocal rank.
        ndcg: at ``K``, as are the others.
        precision: share of right hits.
        recall: share of what is right that was hit.
        f1: harmonic mean of both, question by question.
    """

    first: float
    found: float
    mrr: float
    ndcg: float
    precision: float
    recall: float
    f1: float


def scores_of(vectors: Vectors, task: Task) -> LooksScores:
    """Rank all pictures for every question, and score the rankings."""
    rows = [_scores(ranking(vectors, question), question) for question in task.questions]
    return LooksScores(*np.mean(rows, axis=0).tolist())


def ranking(vectors: Vectors, question: LooksQuestion) -> list[str]:
    """The rows as texts, nearest first, without those that are ignored."""
    order = np.argsort(-(vectors @ vectors[question.query]), kind="stable")
    ignored = np.fromiter(question.ignored, np.int64)
    return [str(row) for row in order[~np.isin(order, ignored)].tolist()]


def _scores(hits: list[str], question: LooksQuestion) -> list[float]:
    relevant = {str(row) for row in question.relevant}
    precision, recall = precision_at(K, hits, relevant), recall_at(K, hits, relevant)
    f1 = 2 * precision * recall / (precision + recall) if precision else 0.0
    rank = reciprocal_rank(hits, relevant)
    return [
        float(rank == 1),
        float(rank >= 1 / K),
        rank,
        ndcg_at(K, hits, relevant),
        precision,
        recall,
        f1,
    ]
