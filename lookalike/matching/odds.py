"""Probabilities and their log odds."""

from __future__ import annotations

import math

_MAX_EXPONENT = 700.0
"""What ``math.exp`` can take."""


def log_odds(probability: float) -> float:
    """The log odds of a probability, 0 to 1; infinite at both ends."""
    if 0 < probability < 1:
        return math.log(probability / (1 - probability))
    return math.copysign(math.inf, probability - 0.5)


def probability_of(odds: float) -> float:
    """The probability, 0 to 1, of log odds."""
    return 1 / (1 + math.exp(min(_MAX_EXPONENT, -odds)))
