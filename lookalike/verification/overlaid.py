"""Whether something lies over the stored picture that the query shows without it."""

from __future__ import annotations

from collections.abc import Mapping

MIN_ALIKE = 0.95
"""Agreement of the gradients where nothing differs."""
MIN_UNCOVERED = 0.002
"""Share of the pixels that stand out in the stored picture alone."""
MAX_COVERED = 0.25
"""How many pixels may stand out in the query alone, for each of those."""


def is_overlaid(features: Mapping[str, float]) -> bool:
    """Return whether all agrees but what the stored picture shows in addition.

    Of unrelated queries, one in 87 has such a candidate (mean of 22 shops), among mock-ups one in
    eight: a garment without its print looks so, too.

    Args:
        features: as of ``similarity_features``.
    """
    uncovered, covered = features["clear_uncovered"], features["clear_covered"]
    is_alike = features["rest_alike"] >= MIN_ALIKE
    return is_alike and uncovered >= MIN_UNCOVERED and covered <= MAX_COVERED * uncovered
