"""A summary of what cross-fitted models get right."""

from __future__ import annotations

import numpy as np

from lookalike.evaluation.fitting.dataset import Dataset, Floats, Mask
from lookalike.evaluation.scoring.metrics import threshold
from lookalike.matching.finding import MIN_OTHER_COLOURS


def summary(dataset: Dataset, same: Floats, colour: Floats) -> list[str]:
    """Lines on each domain and on each kind of sample.

    Lines on domains leave out queries about colours and listings, as percentages do; lines on kinds
    count them.

    Args:
        dataset: all samples.
        same: log odds that each shows one photograph.
        colour: log odds that its colours are other ones.
    """
    domains = [_of_domain(dataset, same, colour, str(name)) for name in np.unique(dataset.domain)]
    plain = ~dataset.is_recolouring
    kinds = {
        "generated recolourings": dataset.is_own & dataset.is_recoloured,
        "real other colours": dataset.is_other_colour & plain,
        "edits": dataset.is_own & plain & ~dataset.is_listing,
        "listings": dataset.is_listing,
        "made hard negatives": dataset.is_hard & ~dataset.is_sibling,
        "siblings": dataset.is_sibling,
        "other views": dataset.is_other_view,
    }
    present = {name: rows for name, rows in kinds.items() if rows.any()}
    return domains + [_of_kind(name, rows, same, colour) for name, rows in present.items()]


def _of_domain(dataset: Dataset, same: Floats, colour: Floats, domain: str) -> str:
    here = (dataset.domain == domain) & ~(dataset.is_about_colours | dataset.is_listing)
    own = dataset.best_by_query(same, here & dataset.is_own & ~dataset.is_recolouring)
    unrelated = dataset.best_by_query(same, here & dataset.is_unrelated)
    as_copies = np.where(colour > MIN_OTHER_COLOURS, -np.inf, same)
    called = dataset.best_by_query(as_copies, here & dataset.is_unrelated)
    first = np.mean([score > unrelated.get(q, -np.inf) for q, score in own.items()])
    scores = np.array(list(own.values()))
    return (
        f"{domain}: first {first:.4f}, found {np.mean(scores > 0):.4f}, "
        f"at one false match in 1,000 {np.mean(scores > threshold(list(unrelated.values()))):.4f} "
        f"of {len(own)}; unrelated likely {sum(s > 0 for s in unrelated.values())}, called "
        f"copies {sum(s > 0 for s in called.values())} of {len(unrelated)}"
    )


def _of_kind(name: str, rows: Mask, same: Floats, colour: Floats) -> str:
    likely = same[rows] > 0
    variant = likely & (colour[rows] > MIN_OTHER_COLOURS)
    return (
        f"{name}: {rows.sum()}, called variants {variant.mean():.4f}, "
        f"called copies {(likely & ~variant).mean():.4f}"
    )
