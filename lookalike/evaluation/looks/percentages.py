"""Fits what a cosine means, on one half of the styles, and reports on the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from lookalike.errors import BadParameterError
from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.looks.scores import ranking
from lookalike.evaluation.looks.tasks import Task
from lookalike.evaluation.split import Half, assigned_half
from lookalike.search.likeness import LikenessScale
from lookalike.search.options import DEFAULT_TOP
from lookalike.storage.embeddings import Vectors

BINS = (0, 10, 20, 40, 60, 80, 100)
"""Limits of the percentages that are reported together."""
_BOTH = 2


@dataclass(frozen=True, slots=True)
class Bin:
    """Products of answers with percentages within two limits.

    Attributes:
        low: the lower limit; ``high`` is the upper one.
        count: of the products.
        said: the mean percentage, as a share.
        right: the share that was right.
    """

    low: int
    high: int
    count: int
    said: float
    right: float


@dataclass(frozen=True, slots=True)
class FittedScale:
    """A scale, and how it does on the report half.

    Attributes:
        scale: fitted on the other half.
        bins: of the report half; empty ones are left out.
        brier: mean squared error of the percentages, as shares.
        base: the same, if every product had the share of all as its percentage.
    """

    scale: LikenessScale
    bins: Sequence[Bin]
    brier: float
    base: float


def fit_scale(entries: Sequence[Entry], vectors: Vectors, task: Task) -> FittedScale:
    """Fit a scale to the products in answers of ``DEFAULT_TOP``, each half searched by itself.

    Raises:
        BadParameterError: the labels of the fitting half are all equal.
    """
    cosines, labels = _answers(entries, vectors, task, Half.FIT)
    if len(set(labels.tolist())) < _BOTH:
        raise BadParameterError("There are too few labelled products to fit percentages to.")
    scale = _scale(cosines, labels)
    cosines, labels = _answers(entries, vectors, task, Half.REPORT)
    said = np.array([scale.percentage(cosine) / 100 for cosine in cosines.tolist()])
    brier = float(np.mean((said - labels) ** 2))
    return FittedScale(scale, _bins(said, labels), brier, float(np.var(labels)))


def _scale(cosines: NDArray[np.float64], labels: NDArray[np.float64]) -> LikenessScale:
    """The likeliest curve that does not fall: flat where a higher cosine is right less often."""
    model = LogisticRegression(C=1e6).fit(cosines[:, None], labels)
    slope, intercept = float(model.coef_[0, 0]), float(model.intercept_[0])
    if slope < 0:
        share = float(labels.mean())
        slope, intercept = 0.0, float(np.log(share / (1 - share)))
    return LikenessScale(round(slope, 4), round(intercept, 4))


def _answers(
    entries: Sequence[Entry], vectors: Vectors, task: Task, half: Half
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cosines of the products in answers, and whether each is right."""
    there = {row for row, entry in enumerate(entries) if assigned_half(entry.style) is half}
    cosines: list[float] = []
    labels: list[float] = []
    for question in task.questions:
        if question.query in there:
            hits = [int(hit) for hit in ranking(vectors, question)]
            shown = [hit for hit in hits if hit in there][:DEFAULT_TOP]
            cosines += (vectors[shown] @ vectors[question.query]).tolist()
            labels += [float(hit in question.relevant) for hit in shown]
    return np.array(cosines), np.array(labels)


def _bins(said: NDArray[np.float64], labels: NDArray[np.float64]) -> list[Bin]:
    found = []
    for low, high in pairwise(BINS):
        within = (said * 100 >= low) & ((said * 100 < high) | (high == BINS[-1]))
        if within.any():
            means = float(said[within].mean()), float(labels[within].mean())
            found.append(Bin(low, high, int(within.sum()), *means))
    return found
