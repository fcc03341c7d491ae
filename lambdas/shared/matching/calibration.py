"""From evidence to a probability: a logistic model fitted on real pictures.

Fitted by ``scripts.evaluation.fit_calibration`` on edited copies and on unrelated pictures in
equal weight; the coefficients are in ``calibration.json``, with what they were fitted on.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from lambdas.shared.fingerprint.layout import PHASH
from lambdas.shared.matching.distances import Distances

PHASH_CEILING = 24
"""Beyond this pHash distance a picture is as good as any other."""
PHASH_NEAR = 10
DEEP_NEAR = 120
DEEP_SCALE = 64

TERMS = (
    "phash",
    "phash_squared",
    "deep",
    "deep_squared",
    "phash_times_deep",
    "phash_near",
    "deep_near",
    "both_near",
)


def terms(found: Distances) -> dict[str, float]:
    """What the model weighs, by name in the order of ``TERMS``; each of order one.

    The hinges ``near`` let close hashes count for more than a straight line would.
    """
    phash = min(found.phash, PHASH_CEILING) / (PHASH.bits / 8)
    deep = found.deep_nearest / DEEP_SCALE
    phash_near = max(0, PHASH_NEAR - found.phash) / PHASH_NEAR
    deep_near = max(0, DEEP_NEAR - found.deep_nearest) / DEEP_NEAR
    values = (
        phash,
        phash**2,
        deep,
        deep**2,
        phash * deep,
        phash_near,
        deep_near,
        phash_near * deep_near,
    )
    return dict(zip(TERMS, values, strict=True))


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fitted logistic model.

    Attributes:
        intercept: the log odds where all terms are zero.
        coefficients: by name of the term.
    """

    intercept: float
    coefficients: Mapping[str, float]

    @classmethod
    def shipped(cls) -> Calibration:
        """The model that comes with this version."""
        text = resources.files(__package__).joinpath("calibration.json").read_text("utf-8")
        fitted = json.loads(text)
        return cls(fitted["intercept"], fitted["coefficients"])

    def probability(self, found: Distances) -> float:
        """That both pictures come from one photograph, 0 to 1."""
        weighed = terms(found)
        log_odds = self.intercept + sum(
            weight * weighed[name] for name, weight in self.coefficients.items()
        )
        return 1 / (1 + math.exp(-log_odds))
