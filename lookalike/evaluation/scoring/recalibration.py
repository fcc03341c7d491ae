"""Fitting percentages to a shop's own labelled pairs.

A straight line through the log odds (J. Platt, 1999): the order of matches stays as it is, and the
percentages move to where the shop's own pictures have them. What is written takes the place of the
shipped calibration: that one, and the line after it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lookalike.errors import BadParameterError
from lookalike.evaluation.methods import Hit
from lookalike.evaluation.scoring.metrics import Calibration, Floats, calibration
from lookalike.evaluation.scoring.scored_answers import Judged
from lookalike.matching import calibration as matching
from lookalike.matching.retrieval import UNVERIFIED_PROBABILITY
from lookalike.verification.classifier import classifier_version

FEWEST = 50
"""Right and wrong pairs, each, that are needed."""
FOLDS = 5
MAX_CERTAIN = 0.9999
"""Scores are taken as no nearer to 0 and 1: one pair must not outweigh all others."""
STEPS = 50


@dataclass(frozen=True, slots=True)
class Pairs:
    """Queries, each with a catalogue picture.

    Attributes:
        log_odds: of the match, shape (pairs,).
        right: whether both come from one photograph.
        query: a number for each query, so that its pairs stay together.
    """

    log_odds: Floats
    right: NDArray[np.bool_]
    query: NDArray[np.int64]

    def part(self, chosen: NDArray[np.bool_]) -> Pairs:
        """Some of the pairs."""
        return Pairs(self.log_odds[chosen], self.right[chosen], self.query[chosen])


@dataclass(frozen=True, slots=True)
class Line:
    """New log odds = slope x old ones + intercept."""

    slope: float
    intercept: float

    def probability(self, log_odds: Floats) -> Floats:
        """0 to 1."""
        return 1 / (1 + np.exp(-(self.slope * log_odds + self.intercept)))

    def after(self, shipped: matching.Calibration) -> matching.Calibration:
        """The shipped calibration, and this line after it."""
        return matching.Calibration(
            slope=self.slope * shipped.slope,
            intercept=self.slope * shipped.intercept + self.intercept,
            growth=self.slope * shipped.growth,
        )


UNCHANGED = Line(1.0, 0.0)


@dataclass(frozen=True, slots=True)
class Recalibration:
    """A fitted line and what it is worth.

    Attributes:
        before: of the shipped percentages, right and wrong pairs in equal weight.
        after: of the fitted ones, each pair by a line that has not seen its query.
        pairs: what it was fitted on.
    """

    line: Line
    before: Calibration
    after: Calibration
    pairs: Pairs

    def write(self, path: Path, shipped: matching.Calibration) -> None:
        """As JSON that ``lookalike.matching.calibration`` reads.

        Args:
            path: of the file.
            shipped: the calibration that the pairs were scored by.
        """
        right = int(self.pairs.right.sum())
        fitted_on = {
            "queries": len(np.unique(self.pairs.query)),
            "right": right,
            "wrong": len(self.pairs.right) - right,
            "brier": {"before": self.before.brier, "after": self.after.brier},
            "ece": {"before": self.before.ece, "after": self.after.ece},
        }
        values = {
            **asdict(self.line.after(shipped)),
            "fitted_on": fitted_on,
            "after_the_shipped_one": asdict(self.line),
            "classifier_version": classifier_version(),
        }
        path.write_text(json.dumps(values, indent=2) + "\n", "utf-8")


def pairs_of(judged: Sequence[Judged]) -> Pairs:
    """The right hits of each query, and its best wrong one: what a caller might be told.

    Left out are hits whose percentages no calibration decides about.
    """
    scores: list[float] = []
    right: list[bool] = []
    query: list[int] = []
    for number, answered in enumerate(judged):
        weighed = [hit for hit in answered.answer.hits if _is_weighed(hit)]
        own = [hit for hit in weighed if hit in answered.right_hits]
        wrong = [hit for hit in weighed if hit not in own][:1]
        for hit in (*own, *wrong):
            scores.append(hit.score)
            right.append(hit in own)
            query.append(number)
    certain = np.clip(np.array(scores, float), 1 - MAX_CERTAIN, MAX_CERTAIN)
    return Pairs(np.log(certain / (1 - certain)), np.array(right, bool), np.array(query, int))


def _is_weighed(hit: Hit) -> bool:
    """Neither the identical picture nor one that was not looked at."""
    return hit.score < 1 and not math.isclose(hit.score, UNVERIFIED_PROBABILITY)


def recalibrate(pairs: Pairs) -> Recalibration:
    """Fit percentages to these pairs.

    Raises:
        BadParameterError: there are too few pairs, or scores that say nothing about them.
    """
    right = int(pairs.right.sum())
    wrong = len(pairs.right) - right
    if min(right, wrong) < FEWEST:
        raise BadParameterError(
            f"The labelled file gives {right} right and {wrong} wrong pairs; at least {FEWEST} of "
            "each are needed. Label more queries, some of them without a right answer."
        )
    line = fitted(pairs)
    if line.slope <= 0:
        raise BadParameterError(
            "Right pairs do not score higher than wrong ones. Check the labelled file."
        )
    before = _calibration(pairs, UNCHANGED.probability(pairs.log_odds))
    return Recalibration(line, before, _calibration(pairs, _held_out(pairs)), pairs)


def fitted(pairs: Pairs) -> Line:
    """The most likely line, right and wrong pairs in equal weight, by Newton's method.

    Targets lie slightly inside 0 and 1, as Platt has them, so that pairs which a score tells apart
    without a mistake give a line, too.
    """
    right, wrong = pairs.right.sum(), (~pairs.right).sum()
    target = np.where(pairs.right, (right + 1) / (right + 2), 1 / (wrong + 2))
    weight = np.where(pairs.right, 0.5 / right, 0.5 / wrong)
    terms = np.stack([pairs.log_odds, np.ones_like(pairs.log_odds)], axis=1)
    line = UNCHANGED
    for _ in range(STEPS):
        likely = line.probability(pairs.log_odds)
        gradient = terms.T @ (weight * (target - likely))
        curvature = (terms * (weight * likely * (1 - likely))[:, None]).T @ terms
        step = np.linalg.solve(curvature + 1e-9 * np.eye(2), gradient)
        step *= min(1.0, 1.0 / float(np.abs(step).max() + 1e-12))
        line = replace(line, slope=line.slope + step[0], intercept=line.intercept + step[1])
    return Line(float(line.slope), float(line.intercept))


def _held_out(pairs: Pairs) -> Floats:
    """The probability of each pair by a line that was fitted without its query's fold."""
    fold = pairs.query % FOLDS
    found = np.zeros(len(pairs.right))
    for number in range(FOLDS):
        held = fold == number
        found[held] = fitted(pairs.part(~held)).probability(pairs.log_odds[held])
    return found


def _calibration(pairs: Pairs, probability: Floats) -> Calibration:
    right = pairs.right.tolist()
    return calibration(probability.tolist(), right, right)
