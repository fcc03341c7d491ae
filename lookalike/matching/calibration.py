"""Calibration: from the classifier's log odds to a probability that holds for this catalogue.

The classifier scores one candidate. A check takes the best of all candidates, and the more pictures
there are, the more of them look alike by chance: so the odds are lowered by a power of the
catalogue's size. What ``Calibration`` holds is fitted by ``lookalike.evaluation.fitting``, within
limits, to scores of models that the shop took no part in; ``unchanged`` is set. ``lookalike
evaluate --calibrate`` fits slope and intercept to a shop's own labelled pairs. Above a score that
hardly any unrelated picture reaches, log odds rise with a second slope, and the slower, the nearer
the matched picture's nearest neighbour in the catalogue is: it may differ by less than verification
sees. And a query is a copy of one photograph at most: the likelier another picture is, the less
likely is each, and the less it agrees with what tells a picture from another one, the less likely
is that.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from lookalike.matching.odds import log_odds, probability_of
from lookalike.verification.classifier import classifier_version
from lookalike.verification.features import MAX_PHASH

VERSION_KEY = "classifier_version"
_OLD_VERSION_KEY = "judge_version"
REFERENCE_SIZE = 1_000
"""Pictures in a catalogue at which the odds are as fitted."""
UPPER_SCORE = 4.0
"""Log odds of the classifier from which log odds rise with the second slope."""
ALONE = 100
"""Bits between two deep hashes from which a picture's nearest neighbour says nothing about it."""
RIVAL_SCORE = -2.0
"""Log odds of the classifier from which another picture makes a match less likely."""
MAX_BITS_BEHIND = 4
"""Bits of the pHash by which another picture may be farther from the query than a likelier one, and
still makes it less likely."""
UNCHANGED_GAIN = 5.0
"""Log odds that a candidate gains where nothing is seen to be changed: .63 of copies that were only
re-encoded or resized are such, and none of 15,638 unrelated pairs of 22 shops was."""
MAX_LOG_ODDS = 11.5
"""A probability of 0.99999: only the identical picture is more certain."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt scaling (Platt 1999) with a bend, and a summand for the size of the catalogue.

    Attributes:
        slope: factor of the classifier's log odds.
        intercept: added to them.
        growth: how fast the number of chance likenesses grows, as a power of the catalogue's size.
        upper: added to the slope above ``UPPER_SCORE``.
        rival: factor of another picture's score, above ``RIVAL_SCORE``, that is taken from the log
            odds of a match.
        telling: log odds that a match loses where the query lacks all that tells it from another
            picture.
        unchanged: log odds that a candidate gains where nothing is seen to be changed.
    """

    slope: float
    intercept: float
    growth: float
    upper: float = 0.0
    rival: float = 0.0
    telling: float = 0.0
    unchanged: float = UNCHANGED_GAIN

    @classmethod
    def shipped(cls) -> Calibration:
        """Read the calibration that comes with this version."""
        return cls.parse(
            resources.files(__package__).joinpath("calibration.json").read_text("utf-8")
        )

    @classmethod
    def read(cls, path: Path, expected_version: str | None = None) -> Calibration:
        """Read a calibration that was fitted to a shop's own pairs, or with models of their own.

        Args:
            path: of the file.
            expected_version: as of ``parse``.

        Raises:
            OSError: the file cannot be read.
            ValueError: as of ``parse``.
        """
        return cls.parse(path.read_text("utf-8"), expected_version)

    @classmethod
    def parse(cls, text: str, expected_version: str | None = None) -> Calibration:
        """Parse the JSON of a calibration file.

        Args:
            text: of the file.
            expected_version: of the classifier; ``None``: the shipped one.

        Raises:
            ValueError: no calibration, or one for other fingerprints or another classifier.
        """
        try:
            fitted = json.loads(text)
            values = [float(fitted[name]) for name in ("slope", "intercept", "growth")]
            values += [float(fitted.get(name, 0.0)) for name in ("upper", "rival", "telling")]
            values.append(float(fitted.get("unchanged", UNCHANGED_GAIN)))
            version = _version_of(fitted)
        except KeyError as error:
            raise ValueError(f"no calibration: {error} is missing") from error
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            raise ValueError(f"no calibration: {error}") from error
        expected = expected_version or classifier_version()
        if version != expected:
            raise ValueError(f"fitted for version {version}, and this is {expected}")
        slope, _, *others = values
        if slope <= 0 or min(others) < 0 or not all(map(math.isfinite, values)):
            raise ValueError("no calibration: rising slopes and finite values are needed")
        return cls(*values)

    def log_odds(self, score: float, catalogue_size: int) -> float:
        """Log odds that a candidate is a copy, within ``MAX_LOG_ODDS`` of zero.

        Args:
            score: log odds of the classifier.
            catalogue_size: pictures that were searched; fewer than ``REFERENCE_SIZE`` count as so
                many, since pictures that share a template or a backdrop do so in any catalogue.
        """
        chance = self.growth * math.log(max(REFERENCE_SIZE, catalogue_size) / REFERENCE_SIZE)
        above = self.upper * max(0.0, score - UPPER_SCORE)
        odds = self.slope * score + above + self.intercept - chance
        return max(-MAX_LOG_ODDS, min(MAX_LOG_ODDS, odds))

    def probability(
        self, score: float, catalogue_size: int, *, is_unchanged: bool = False
    ) -> float:
        """``log_odds`` as a probability, 0 to 1.

        Args:
            score: as of ``log_odds``.
            catalogue_size: as of ``log_odds``.
            is_unchanged: nothing is seen to be changed; see ``UNCHANGED_GAIN``.
        """
        gained = self.unchanged if is_unchanged else 0.0
        return probability_of(min(MAX_LOG_ODDS, self.log_odds(score, catalogue_size) + gained))

    def lost_to_rival(self, score: float) -> float:
        """Log odds that a match loses where another picture, of another photograph, has a score.

        Args:
            score: log odds of the classifier.
        """
        return self.rival * rivalry(score)

    def lost_to_sibling(self, lacking: float) -> float:
        """Log odds that a match loses where the query lacks what tells it from another picture.

        Args:
            lacking: how much, as of ``telling.lacking``.
        """
        return self.telling * lacking

    def bends(self, probability: float) -> bool:
        """Return whether ``crowded`` may lower a probability (0 to 1)."""
        return self._bend < log_odds(probability) < math.inf

    def crowded(self, probability: float, nearest: int) -> float:
        """What is left of a probability where the matched picture has a near neighbour.

        Log odds above those of ``UPPER_SCORE`` rise the less, the less ``apartness`` the picture
        has. So a copy stays one, and the order of matches stays as it is.

        Args:
            probability: 0 to 1, as of ``probability``; certainty stays certain.
            nearest: bits (0 to 512) between the deep hashes of the matched picture and of the
                nearest other one in the catalogue.
        """
        if not self.bends(probability):
            return probability
        above = log_odds(probability) - self._bend
        return probability_of(self._bend + above * apartness(nearest))

    @property
    def _bend(self) -> float:
        """Log odds that ``UPPER_SCORE`` gives, at least those of one half."""
        return max(0.0, self.log_odds(UPPER_SCORE, REFERENCE_SIZE))


def apartness(nearest: int) -> float:
    """How far a picture stands from its nearest neighbour: the square of a share of ``ALONE``.

    Args:
        nearest: bits (0 to 512) between their deep hashes.
    """
    return min(1.0, nearest / ALONE) ** 2


def rivalry(score: float) -> float:
    """How much of a score counts against a match beside it: that between two bounds.

    Args:
        score: log odds of the classifier.
    """
    return min(UPPER_SCORE, max(RIVAL_SCORE, score)) - RIVAL_SCORE


def is_far_behind(bits: float, bits_of_match: float) -> bool:
    """Return whether a picture is so much farther than a match that it says nothing against it.

    Args:
        bits: between its pHash and that of the query; beyond ``MAX_PHASH``, they tell nothing.
        bits_of_match: between the match's pHash and that of the query.
    """
    return min(bits, MAX_PHASH) - min(bits_of_match, MAX_PHASH) > MAX_BITS_BEHIND


def size_with(further: int, size: int) -> int:
    """The size of a catalogue for a query that is asked in so many further forms.

    Each is one more chance to be wrong, as if the catalogue were larger.
    """
    return max(size, REFERENCE_SIZE) * (1 + further)


def _version_of(fitted: Mapping[str, object]) -> object:
    """The classifier's version; files of earlier releases have it as ``judge_version``."""
    has_old_key_alone = _OLD_VERSION_KEY in fitted and VERSION_KEY not in fitted
    return fitted[_OLD_VERSION_KEY if has_old_key_alone else VERSION_KEY]


MAX_PROBABILITY = probability_of(MAX_LOG_ODDS)
"""The largest probability of a picture that is not identical to the query."""
