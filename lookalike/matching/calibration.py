"""From the judge's log odds to a probability that holds for this catalogue.

The judge weighs one candidate. A check takes the best of all candidates, and the more pictures
there are, the more of them look alike by chance: so the odds are lowered by a power of the
catalogue's size. Slope, intercept and that power are fitted by ``scripts.classifier`` on pictures
that the judge has not seen; ``lookalike evaluate --calibrate`` fits slope and intercept to a shop's
own labelled pairs.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from lookalike.verification.classifier import judge_version

REFERENCE_SIZE = 1_000
"""Pictures in the catalogue at which the odds are as fitted."""
MAX_LOG_ODDS = 9.2
"""A probability of 0.9999: more certainty is kept for the identical picture."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt scaling (Platt 1999) with a term for the size of the catalogue.

    Attributes:
        slope: of the judge's log odds.
        intercept: added to them.
        growth: how fast chance likenesses become more, as a power of the catalogue's size.
    """

    slope: float
    intercept: float
    growth: float

    @classmethod
    def shipped(cls) -> Calibration:
        """The one that comes with this version."""
        return cls.parse(
            resources.files(__package__).joinpath("calibration.json").read_text("utf-8")
        )

    @classmethod
    def read(cls, path: Path) -> Calibration:
        """One that was fitted to a shop's own pairs.

        Raises:
            OSError: the file cannot be read.
            ValueError: it holds no calibration, or one for other fingerprints or another judge.
        """
        return cls.parse(path.read_text("utf-8"))

    @classmethod
    def parse(cls, text: str) -> Calibration:
        """What such a file says.

        Raises:
            ValueError: no calibration, or one for other fingerprints or another judge.
        """
        try:
            fitted = json.loads(text)
            values = [float(fitted[name]) for name in ("slope", "intercept", "growth")]
            version = fitted["judge_version"]
        except KeyError as error:
            raise ValueError(f"no calibration: {error} is missing") from error
        except (ValueError, TypeError) as error:
            raise ValueError(f"no calibration: {error}") from error
        if version != judge_version():
            raise ValueError(f"fitted for version {version}, and this is {judge_version()}")
        if values[0] <= 0 or not all(map(math.isfinite, values)):
            raise ValueError("no calibration: a slope above 0 and finite values are needed")
        return cls(*values)

    def log_odds(self, judged: float, catalogue_size: int) -> float:
        """That this candidate is a copy, within ``MAX_LOG_ODDS`` of zero.

        Args:
            judged: log odds of the judge.
            catalogue_size: pictures that were searched; fewer than ``REFERENCE_SIZE`` count as so
                many, since what shares a template or a backdrop does so in any catalogue.
        """
        chance = self.growth * math.log(max(REFERENCE_SIZE, catalogue_size) / REFERENCE_SIZE)
        odds = self.slope * judged + self.intercept - chance
        return max(-MAX_LOG_ODDS, min(MAX_LOG_ODDS, odds))

    def probability(self, judged: float, catalogue_size: int) -> float:
        """The same as a probability, 0 to 1."""
        return _probability(self.log_odds(judged, catalogue_size))


def _probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


SUREST = _probability(MAX_LOG_ODDS)
"""The largest probability of whatever is not the picture itself."""
