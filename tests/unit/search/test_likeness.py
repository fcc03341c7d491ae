from __future__ import annotations

from itertools import pairwise

from lookalike.search.likeness import shipped_scales
from lookalike.search.models.registry import read_models


def test_should_have_a_scale_for_the_model_that_is_used_by_default() -> None:
    """Whoever changes a number of its embeddings fits the scale anew."""
    scale = shipped_scales()[read_models().named(None).space.version]
    percentages = [scale.percentage(cosine / 10) for cosine in range(-10, 11)]
    assert all(0 <= low < high <= 100 for low, high in pairwise(percentages[8:]))
    assert percentages[-1] > 90
