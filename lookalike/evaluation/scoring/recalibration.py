"""Fits percentages to a shop's own labelled pairs.

The fit is a straight line through the log odds (J. Platt, 1999), so the order of matches stays as
it is and only the percentages change. The written calibration replaces the shipped one: it is the
shipped one followed by the line.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from lookalike.errors import BadParameterError
from lookalike.evaluation.methods import Hit
from lookalike.evaluation.scoring.metrics import Floats
from lookalike.evaluation.scoring.reliability import Reliability, reliability
from lookalike.evaluation.scoring.scored_answers import ScoredAnswer
from lookalike.matching.calibration import MAX_PROBABILITY, Calibration
from lookalike.matching.retrieval import UNVERIFIED_PROBABILITY
from lookalike.verification.classifier import classifier_version

MIN_PAIRS = 50
"""Right pairs, and wrong pairs, that are needed."""
FOLDS = 5
LABEL_MORE = "Label more queries, some of them without a right answer."
POINTS = (0.5, 0.75, 0.9, 0.95, 0.99)
"""Probabilities of which is said what they become."""
WEAK = 1e6
"""Inverse strength of regularisation: it changes nothing that is measured."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of a query and a catalogue picture.

    Attributes:
        log_odds: of each match, shape (pairs,).
        right: whether both pictures come from one photograph.
        query: number of the query of each pair; pairs of one query stay in one fold.
    """

    log_odds: Floats
    right: NDArray[np.bool_]
    query: NDArray[np.int64]

    def part(self, chosen: NDArray[np.bool_]) -> Pairs:
        """The pairs for which a mask is true."""
        return Pairs(self.log_odds[chosen], self.right[chosen], self.query[chosen])


@dataclass(frozen=True, slots=True)
class Line:
    """New log odds = slope x old ones + intercept."""

    slope: float
    intercept: float

    def probability(self, log_odds: Floats) -> Floats:
        """Probabilities (0 to 1) after the line."""
        return 1 / (1 + np.exp(-(self.slope * log_odds + self.intercept)))

    def after(self, shipped: Calibration) -> Calibration:
        """The shipped calibration followed by this line."""
        return Calibration(
            slope=self.slope * shipped.slope,
            intercept=self.slope * shipped.intercept + self.intercept,
            growth=self.slope * shipped.growth,
            upper=self.slope * shipped.upper,
            rival=self.slope * shipped.rival,
            telling=self.slope * shipped.telling,
            unchanged=self.slope * shipped.unchanged,
        )


IDENTITY = Line(1.0, 0.0)


@dataclass(frozen=True, slots=True)
class Recalibration:
    """A fitted line, and how much it improves the reliability of percentages.

    Attributes:
        line: fitted on all pairs.
        before: reliability of the shipped percentages, right and wrong pairs in equal weight.
        after: reliability of the fitted percentages, each from a line fitted without its query.
        pairs: the line was fitted on.
    """

    line: Line
    before: Reliability
    after: Reliability
    pairs: Pairs

    @property
    def changes(self) -> list[tuple[float, float]]:
        """What ``POINTS`` become: before and after, probabilities."""
        return list(zip(POINTS, self.line.probability(_log_odds(POINTS)).tolist(), strict=True))

    def write(self, path: Path, shipped: Calibration) -> None:
        """Write the JSON file that ``lookalike.matching.calibration`` reads.

        Args:
            path: of the file.
            shipped: the calibration that the pairs were scored with.
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


def pairs_of(answers: Sequence[ScoredAnswer]) -> Pairs:
    """The right hits of each query and its best wrong hit, as a caller might be told them.

    Hits whose percentage does not come from the calibration are left out.
    """
    scores: list[float] = []
    right: list[bool] = []
    query: list[int] = []
    for number, answered in enumerate(answers):
        classified = [hit for hit in answered.answer.hits if _is_classified(hit)]
        own = [hit for hit in classified if hit in answered.right_hits]
        wrong = [hit for hit in classified if hit not in own][:1]
        for hit in (*own, *wrong):
            scores.append(hit.score)
            right.append(hit in own)
            query.append(number)
    return pairs_from(scores, right, query)


def pairs_from(scores: Sequence[float], right: Sequence[bool], query: Sequence[int]) -> Pairs:
    """Pairs of these probabilities; the three have one value for each pair."""
    return Pairs(_log_odds(scores), np.array(right, bool), np.array(query, int))


def _log_odds(probabilities: Sequence[float]) -> Floats:
    certain = np.clip(np.array(probabilities, float), 1 - MAX_PROBABILITY, MAX_PROBABILITY)
    log_odds: Floats = np.log(certain / (1 - certain))
    return log_odds


def _is_classified(hit: Hit) -> bool:
    """Return whether the hit is neither the identical picture nor one that was not verified."""
    return hit.score < 1 and not math.isclose(hit.score, UNVERIFIED_PROBABILITY)


def recalibrate(
    pairs: Pairs, given_by: str = "The labelled file gives", advice: str = LABEL_MORE
) -> Recalibration:
    """Fit percentages to labelled pairs.

    Args:
        pairs: labelled ones.
        given_by: where they come from, for an error.
        advice: what to do where there are too few.

    Raises:
        BadParameterError: there are too few pairs, they are of too few queries, or right pairs do
            not score higher.
    """
    right = int(pairs.right.sum())
    wrong = len(pairs.right) - right
    if min(right, wrong) < MIN_PAIRS:
        raise BadParameterError(
            f"{given_by} {right} right and {wrong} wrong pairs; at least {MIN_PAIRS} of each are "
            f"needed. {advice}"
        )
    if min(len(np.unique(pairs.query[kind])) for kind in (pairs.right, ~pairs.right)) < FOLDS:
        raise BadParameterError(
            f"The right or the wrong pairs are of fewer than {FOLDS} queries, which say too little "
            f"about others. {advice}"
        )
    line = fit_line(pairs)
    if line.slope <= 0:
        raise BadParameterError(
            "Right pairs do not score higher than wrong ones. Check the labels."
        )
    before = _reliability(pairs, IDENTITY.probability(pairs.log_odds))
    return Recalibration(line, before, _reliability(pairs, _held_out(pairs)), pairs)


def fit_line(pairs: Pairs) -> Line:
    """The most likely line, with right and wrong pairs in equal weight.

    Targets lie slightly inside 0 and 1, as in Platt's paper, so that pairs which the score
    separates without an error give a line, too: each pair counts as right with its target, and as
    wrong with the rest.
    """
    right, wrong = pairs.right.sum(), (~pairs.right).sum()
    target = np.where(pairs.right, (right + 1) / (right + 2), 1 / (wrong + 2))
    weight = len(pairs.right) * np.where(pairs.right, 0.5 / right, 0.5 / wrong)
    fitted = LogisticRegression(C=WEAK).fit(
        np.tile(pairs.log_odds, 2)[:, None],
        np.repeat([1, 0], len(target)),
        np.concatenate([weight * target, weight * (1 - target)]),
    )
    return Line(float(fitted.coef_[0, 0]), float(fitted.intercept_[0]))


def _held_out(pairs: Pairs) -> Floats:
    """The probability of each pair, from a line fitted without the fold of its query."""
    found = np.zeros(len(pairs.right))
    folds = StratifiedGroupKFold(FOLDS).split(found, pairs.right, pairs.query)
    for _, held_out in folds:
        kept = np.ones(len(found), bool)
        kept[held_out] = False
        found[held_out] = fit_line(pairs.part(kept)).probability(pairs.log_odds[held_out])
    return found


def _reliability(pairs: Pairs, probability: Floats) -> Reliability:
    right = pairs.right.tolist()
    return reliability(probability.tolist(), right, right)
