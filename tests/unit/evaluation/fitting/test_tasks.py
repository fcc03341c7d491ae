"""Models are fitted to labels and weights that follow from what a sample shows."""

from __future__ import annotations

import numpy as np
import pytest

from lookalike.evaluation.fitting.dataset import Dataset
from lookalike.evaluation.fitting.tasks import NEW_BACKGROUND_WEIGHT, recoloured, same_photograph
from lookalike.evaluation.fitting.trees import Size, cross_fitted

SMALL = Size(rounds=60, leaves=4)


def test_should_tell_one_photograph_from_unrelated_pictures(dataset: Dataset) -> None:
    scores = cross_fitted(dataset, same_photograph(dataset), SMALL)
    assert (scores[dataset.is_own] > 0).mean() > 0.95
    assert (scores[dataset.is_unrelated] < 0).mean() > 0.95


def test_should_weight_every_domain_alike_and_new_backgrounds_more(dataset: Dataset) -> None:
    weights = same_photograph(dataset).weights
    plain = ~(dataset.is_own & dataset.has_new_background)
    home, shop = (
        np.unique(weights[plain & (dataset.domain == domain)]) for domain in ("home", "shop")
    )
    assert home == pytest.approx(shop)
    assert weights[~plain] == pytest.approx(NEW_BACKGROUND_WEIGHT * home[0])


def test_should_tell_dyes_from_edits(dataset: Dataset) -> None:
    same = np.where(dataset.is_unrelated, -1.0, 1.0)
    task = recoloured(dataset, same)
    assert not (task.rows & dataset.is_unrelated).any()
    scores = cross_fitted(dataset, task, SMALL)
    dyed = task.rows & task.labels
    assert (scores[dyed] > 0).all()
    assert (scores[task.rows & ~task.labels] < 0).all()
