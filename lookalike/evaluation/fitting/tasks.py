"""The two questions that models are fitted to: labels, weights and rows of a dataset."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lookalike.evaluation.fitting.dataset import Dataset, Floats, Mask

NEW_BACKGROUND_WEIGHT = 3.0
"""Weight of replaced backgrounds: much differs, and it is one photograph."""
OVERLAY_WEIGHT = 4.0
"""Weight of pictures with something laid over them, which differ as those with another print."""
LISTING_WEIGHT = 2.0
"""Weight of copies with another overlay than the stored picture has. With more, more of them are
found, and other prints are called copies more often."""
PAIR_WEIGHT = 0.3
"""Weight of two pictures that share much. With more, copies in poor quality are taken for siblings:
both differ from the stored picture in what is small."""
PRODUCT_PAIR_WEIGHT = 0.5
"""Further weight of made pairs of two products in one picture, which few shops have."""
SAME_COLOURS_WEIGHT = 8.0
"""Weight of replaced backgrounds among recolourings: much differs, and nothing was dyed."""
STRONG_LIGHT_WEIGHT = 3.0
"""Weight of light that is hardest to tell from a dye, among recolourings."""
ONE_PHOTOGRAPH = 0.9
"""``fine_agreement`` from which another colour of a product is one photograph, recoloured."""
RECOLOURED_WEIGHT = 2.0
"""Weight of generated recolourings beside real other colours."""


@dataclass(frozen=True)
class FittingTask:
    """One question that a model is fitted to.

    Attributes:
        rows: the samples to fit to.
        labels: the answer of every sample.
        weights: of every sample.
    """

    rows: Mask
    labels: Mask
    weights: Floats


def same_photograph(dataset: Dataset) -> FittingTask:
    """Own pictures, edited and recoloured, against unrelated pictures and other views.

    Other colours count as own pictures where they surely show one photograph, and else not at all.
    Queries about colours take no part: beside them, copies in poor quality would weigh less.
    """
    others = ~dataset.is_about_colours
    has_colour = (dataset.colours != "")[dataset.entry]
    recoloured = dataset.is_other_colour & (dataset.feature("fine_agreement") > ONE_PHOTOGRAPH)
    same = dataset.is_own | recoloured
    rows = others & (same | dataset.is_unrelated | (dataset.is_other_view & has_colour))
    weights = np.ones(len(others))
    weights[others] = domain_weights(dataset.domain[others])
    weights[dataset.is_own & dataset.has_new_background] *= NEW_BACKGROUND_WEIGHT
    weights[dataset.is_own & dataset.has_overlay] *= OVERLAY_WEIGHT
    weights[dataset.is_listing] *= LISTING_WEIGHT
    weights[dataset.is_hard] *= PAIR_WEIGHT
    weights[dataset.is_product_pair] *= PRODUCT_PAIR_WEIGHT
    return FittingTask(rows, same, weights)


def recoloured(dataset: Dataset, same: Floats) -> FittingTask:
    """Visible recolourings and other colours of one photograph, against edits.

    Args:
        dataset: all samples.
        same: log odds of every sample that it shows one photograph.
    """
    generated = dataset.is_own & dataset.is_recoloured
    real = dataset.is_other_colour & ~dataset.is_recolouring & (same > 0)
    edited = dataset.is_own & ~dataset.is_recolouring
    weights = domain_weights(dataset.domain) * np.where(generated, RECOLOURED_WEIGHT, 1.0)
    weights[edited] *= weights[generated | real].sum() / weights[edited].sum()
    weights[dataset.has_new_background] *= SAME_COLOURS_WEIGHT
    weights[edited & dataset.has_strong_light] *= STRONG_LIGHT_WEIGHT
    return FittingTask(generated | real | edited, generated | real, weights)


def domain_weights(domains: NDArray[np.str_]) -> Floats:
    """Weights under which a domain counts as the square root of its samples.

    So neither do large shops drown the others, nor small ones count for more than they show.

    Args:
        domains: of each sample.
    """
    weights = np.ones(len(domains))
    for domain in np.unique(domains):
        here = domains == domain
        weights[here] /= np.sqrt(here.sum())
    even: Floats = weights / weights.mean()
    return even
