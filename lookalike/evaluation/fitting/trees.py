"""Fitting gradient-boosted trees to a task, in whole or cross-fitted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import GroupKFold

from lookalike.evaluation.fitting.dataset import Dataset, Floats, Mask
from lookalike.evaluation.fitting.tasks import FittingTask

FOLDS = 5
"""Parts of a single shop."""
SEED = 3


@dataclass(frozen=True)
class Size:
    """The size of a model.

    Attributes:
        rounds: how many trees.
        leaves: of each tree, at most.
    """

    rounds: int
    leaves: int


def fit(
    dataset: Dataset, task: FittingTask, size: Size, rows: Mask | None = None
) -> HistGradientBoostingClassifier:
    """Fit a model to the rows of a task, or to some of them."""
    chosen = task.rows if rows is None else rows & task.rows
    model = HistGradientBoostingClassifier(
        max_iter=size.rounds,
        learning_rate=0.06,
        max_leaf_nodes=size.leaves,
        min_samples_leaf=25,
        l2_regularization=3,
        max_features=0.4,
        random_state=SEED,
    )
    weights = task.weights[chosen]
    return model.fit(dataset.features[chosen], task.labels[chosen], sample_weight=weights)


def cross_fitted(dataset: Dataset, task: FittingTask, size: Size) -> Floats:
    """Log odds of every sample, by a model that its shop took no part in fitting.

    Each domain counts as a shop. Of a single one, the products are divided into ``FOLDS``.
    """
    scores = np.zeros(len(dataset.features))
    shops = np.unique(dataset.domains)
    parts = dataset.domain if len(shops) > 1 else dataset.groups[dataset.entry]
    folds = len(shops) if len(shops) > 1 else FOLDS
    numbers = np.unique(parts, return_inverse=True)[1]
    for kept, held_out in GroupKFold(folds).split(dataset.features, groups=numbers):
        rows = np.zeros(len(scores), np.bool_)
        rows[kept] = True
        model = fit(dataset, task, size, rows)
        scores[held_out] = model.decision_function(dataset.features[held_out])
    return scores
