"""From a cosine to a percentage that means something.

It is 100 x the probability that a product of another sku, which an answer of twenty shows with this
cosine, is of the same category and colour as the query: logistic regression on the cosine, fitted
by ``lookalike evaluate --search``. It holds for one version of a model; others have no percentage.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class LikenessScale:
    """A rising curve over cosines.

    Attributes:
        slope: log odds that a cosine of one adds.
        intercept: log odds at a cosine of zero.
    """

    slope: float
    intercept: float

    def percentage(self, cosine: float) -> float:
        """The percentage, 0 to 100, with one decimal."""
        return round(100 / (1 + math.exp(-(self.slope * cosine + self.intercept))), 1)


@cache
def shipped_scales() -> Mapping[str, LikenessScale]:
    """The scales that come with this release, by version of the model."""
    text = resources.files(__package__).joinpath("likeness.json").read_text("utf-8")
    fitted = json.loads(text)
    return {version: LikenessScale(**values) for version, values in fitted.items()}
