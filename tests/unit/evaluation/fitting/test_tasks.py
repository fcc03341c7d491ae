"""Models are fitted to labels and weights that follow from what a sample shows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lookalike.evaluation.fitting.dataset import Dataset
from lookalike.evaluation.fitting.tasks import (
    LISTING_WEIGHT,
    NEW_BACKGROUND_WEIGHT,
    OVERLAY_WEIGHT,
    PAIR_WEIGHT,
    PRODUCT_PAIR_WEIGHT,
    recoloured,
    same_photograph,
)
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


def test_should_weight_overlays_more_and_pairs_that_share_much_less(dataset: Dataset) -> None:
    overlaid, listed, sharing, made = np.zeros((4, len(dataset.entry)), np.bool_)
    overlaid[np.flatnonzero(dataset.is_own)[:3]] = True
    listed[np.flatnonzero(dataset.is_own)[3:6]] = True
    sharing[np.flatnonzero(dataset.is_unrelated)[:6]] = True
    made[np.flatnonzero(dataset.is_unrelated)[:3]] = True
    nothing = overlaid & False
    kinds = replace(
        dataset, has_overlay=overlaid, is_listing=listed, is_hard=sharing, is_product_pair=made
    )
    plain = replace(dataset, has_overlay=nothing, is_hard=nothing, is_product_pair=nothing)
    ratio = same_photograph(kinds).weights / same_photograph(plain).weights
    assert ratio[overlaid] == pytest.approx(OVERLAY_WEIGHT)
    assert ratio[listed] == pytest.approx(LISTING_WEIGHT)
    assert ratio[made] == pytest.approx(PAIR_WEIGHT * PRODUCT_PAIR_WEIGHT)
    assert ratio[sharing & ~made] == pytest.approx(PAIR_WEIGHT)
    assert ratio[~overlaid & ~listed & ~sharing] == pytest.approx(1)


def test_should_ask_queries_about_colours_about_colours_alone(dataset: Dataset) -> None:
    further = dataset.query % 3 == 0
    mixed = replace(dataset, is_about_colours=further)
    task, rest = same_photograph(mixed), same_photograph(dataset.of(~further))
    assert not task.rows[further].any()
    assert task.rows[~further].tolist() == rest.rows.tolist()
    assert task.weights[~further] == pytest.approx(rest.weights)
    likely = np.ones(len(dataset.query))
    assert recoloured(mixed, likely).rows[further].any()


def test_should_take_other_colours_for_copies_where_they_surely_show_one_photograph(
    dataset: Dataset,
) -> None:
    """Their shapes agree by half here; in one of ten they agree all over."""
    agreement = dataset.feature("fine_agreement")
    one_photograph = dataset.is_other_colour & (dataset.entry % 10 == 0)
    agreement[one_photograph] = 0.98
    task = same_photograph(dataset)
    assert one_photograph.any()
    assert (task.rows & task.labels)[one_photograph].all()
    assert not task.rows[dataset.is_other_colour & ~one_photograph].any()


def test_should_tell_dyes_from_edits(dataset: Dataset) -> None:
    """Both colours of a product are of one shop here, and each shop has all edits."""
    shops = np.array([f"shop{n // 8 % 2}" for n in range(len(dataset.domains))])
    two = replace(dataset, domains=shops)
    same = np.where(two.is_unrelated, -1.0, 1.0)
    task = recoloured(two, same)
    assert not (task.rows & two.is_unrelated).any()
    scores = cross_fitted(two, task, SMALL)
    dyed = task.rows & task.labels
    assert (scores[dyed] > 0).all()
    assert (scores[task.rows & ~task.labels] < 0).all()


@pytest.mark.parametrize(("at_most", "left_out_at_once"), [(2, 2), (None, 1)])
def test_should_score_a_shop_by_what_takes_nothing_from_it(
    dataset: Dataset, at_most: int | None, left_out_at_once: int
) -> None:
    """Nor from its pictures among candidates of others. Fewer models leave out several shops."""
    shops = np.array([f"shop{n % 4}" for n in range(len(dataset.domains))])
    four = replace(dataset, domains=shops)
    told = same_photograph(four)
    about = (four.domain == "shop0") | (shops[four.candidate] == "shop0")
    lied = replace(told, labels=told.labels ^ about)
    scores, misled = (cross_fitted(four, task, SMALL, at_most) for task in (told, lied))
    assert (scores[four.is_own] > 0).mean() > 0.9
    unaffected = [
        shop
        for shop in ("shop0", "shop1", "shop2", "shop3")
        if np.array_equal(scores[four.domain == shop], misled[four.domain == shop])
    ]
    assert "shop0" in unaffected
    assert len(unaffected) == left_out_at_once


def test_should_divide_the_products_of_a_single_shop(dataset: Dataset) -> None:
    alone = dataset.without(["home"])
    few = alone.entry < 3
    for shop in (alone, alone.of(few)):
        scores = cross_fitted(shop, same_photograph(shop), SMALL)
        assert np.isfinite(scores).all()
