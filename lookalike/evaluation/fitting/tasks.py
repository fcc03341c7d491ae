"""The two questions that models are fitted to: labels, weights and rows of a dataset."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lookalike.evaluation.fitting.dataset import Dataset, Floats, Mask

NEW_BACKGROUND_WEIGHT = 3.0
"""Weight of replaced backgrounds: much differs, and it is one photograph."""
SAME_COLOURS_WEIGHT = 8.0
"""Weight of replaced backgrounds among recolourings: much differs, and nothing was dyed."""
STRONG_LIGHT_WEIGHT = 3.0
"""Weight of light that is hardest to tell from a dye, among recolourings."""
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
    """Own pictures, edited and recoloured, against unrelated pictures and other views."""
    has_colour = (dataset.colours != "")[dataset.entry]
    rows = dataset.is_own | dataset.is_unrelated | (dataset.is_other_view & has_colour)
    weights = _domain_weights(dataset)
    weights[dataset.is_own & dataset.has_new_background] *= NEW_BACKGROUND_WEIGHT
    return FittingTask(rows, dataset.is_own, weights)


def recoloured(dataset: Dataset, same: Floats) -> FittingTask:
    """Visible recolourings and other colours of one photograph, against edits.

    Args:
        dataset: all samples.
        same: log odds of every sample that it shows one photograph.
    """
    generated = dataset.is_own & dataset.is_recoloured
    real = dataset.is_other_colour & ~dataset.is_recolouring & (same > 0)
    edited = dataset.is_own & ~dataset.is_recolouring
    weights = np.where(generated, RECOLOURED_WEIGHT, 1.0)
    weights[edited] *= weights[generated | real].sum() / edited.sum() / 2
    weights[dataset.has_new_background] *= SAME_COLOURS_WEIGHT
    weights[edited & dataset.has_strong_light] *= STRONG_LIGHT_WEIGHT
    return FittingTask(generated | real | edited, generated | real, weights)


def _domain_weights(dataset: Dataset) -> Floats:
    """Weights under which a domain counts as the square root of its samples.

    So neither do large shops drown the others, nor small ones count for more than they show.
    """
    weights = np.ones(len(dataset.features))
    for domain in np.unique(dataset.domain):
        here = dataset.domain == domain
        weights[here] /= np.sqrt(here.sum())
    even: Floats = weights / weights.mean()
    return even
