"""Fitting gradient-boosted trees to a task, in whole or cross-fitted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import GroupKFold

from lookalike.evaluation.fitting.dataset import Dataset, Floats, Mask
from lookalike.evaluation.fitting.tasks import FittingTask

FOLDS = 5
"""Parts of a single shop, at most."""
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
        # Stopping early would set samples apart at random, copies of those that stay among them.
        early_stopping=False,
        random_state=SEED,
    )
    weights = task.weights[chosen]
    return model.fit(dataset.features[chosen], task.labels[chosen], sample_weight=weights)


def cross_fitted(
    dataset: Dataset, task: FittingTask, size: Size, at_most: int | None = None
) -> Floats:
    """Log odds of every sample, by a model that its shop took no part in fitting.

    Each domain counts as a shop. Of a single one, the products are divided into ``FOLDS``. What a
    query of another part has among its candidates takes no part either.

    Args:
        dataset: all samples, of at least two shops or of at least two products of one.
        task: what is fitted.
        size: of the models.
        at_most: the number of models; with fewer models than shops, several shops are left out at
            once. ``None``: one for each shop.
    """
    scores = np.zeros(len(dataset.features))
    parts, folds = _parts(dataset)
    asked, found = parts[dataset.entry], parts[dataset.candidate]
    for _, held_out in GroupKFold(min(folds, at_most or folds)).split(scores, groups=asked):
        left_out = np.unique(asked[held_out])
        rows = ~(np.isin(asked, left_out) | np.isin(found, left_out))
        model = fit(dataset, task, size, rows)
        scores[held_out] = model.decision_function(dataset.features[held_out])
    return scores


def _parts(dataset: Dataset) -> tuple[NDArray[np.int64], int]:
    """The part that every entry belongs to, and into how many folds the parts are divided."""
    shops = len(np.unique(dataset.domain))
    if shops > 1:
        _, of_entry = np.unique(dataset.domains, return_inverse=True)
        return of_entry, shops
    _, of_entry = np.unique(dataset.groups, return_inverse=True)
    return of_entry, min(FOLDS, len(np.unique(of_entry[dataset.entry])))
