"""Fit the logistic model that turns distances into a probability.

    python -m scripts.evaluation.fit_calibration CATALOGUE.csv …

Uses the half of each catalogue that is for fitting and writes ``calibration.json``. The projection
of the deep hash was fitted on the same pictures and knows them too well; so each of two folds is
asked through a projection fitted on the other one.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from lambdas.shared.fingerprint.version import ALGORITHM_VERSION
from lambdas.shared.matching import calibration
from scripts.evaluation.data import Half, Sample, read_samples
from scripts.evaluation.trial import (
    UNRELATED,
    Answer,
    TrialCatalogue,
    fingerprints_of,
    queries_of,
    questions_about,
)
from scripts.model.build import weights
from scripts.model.fit_projection import features_of, fit_projection
from scripts.model.graph import build_graph

CALIBRATION_PATH = Path(calibration.__file__).with_name("calibration.json")
EDITED_A_FOLD = 60
"""Samples of each domain and fold that are edited in every way."""
ROUNDS = 4
BESIDE_OWN = 0.3
"""Weight of the strongest stranger beside the right picture."""

Rows = NDArray[np.float64]


def fold_of(sample: Sample) -> int:
    """0 or 1, by group."""
    return sum(sample.group.encode()) % 2


def cross_fitted_answers(samples: Sequence[Sample]) -> list[Answer]:
    """Answers of both folds, each through a projection that has not seen it."""
    answers = []
    for fold in (0, 1):
        asked = [sample for sample in samples if fold_of(sample) == fold]
        projection = fit_projection(features_of([s for s in samples if fold_of(s) != fold]))
        model = build_graph(weights(), projection).SerializeToString()
        catalogue = TrialCatalogue(samples, fingerprints_of(samples, model))
        questions = questions_about(asked, EDITED_A_FOLD, seed=fold)
        queries = queries_of(questions, model)
        answers += [catalogue.answer(*asking) for asking in zip(questions, queries, strict=True)]
    return answers


def rows_of(answer: Answer) -> Rows:
    """The terms of every candidate, shape (candidates, terms)."""
    return np.array([list(calibration.terms(found).values()) for found in answer.found])


def fit(answers: Sequence[Answer]) -> LogisticRegression:
    """Fit on right pictures against the strongest strangers under the last round's model.

    Every domain counts the same, and so do edited and unrelated queries.
    """
    rows = [rows_of(answer) for answer in answers]
    kinds = [(a.question.sample.domain, a.question.edit == UNRELATED) for a in answers]
    sizes = Counter(kinds)
    model: LogisticRegression | None = None
    for _ in range(ROUNDS):
        examples: list[tuple[NDArray[Any], int, float]] = []
        for answer, terms, kind in zip(answers, rows, kinds, strict=True):
            examples += _examples(answer, terms, model, 1 / sizes[kind])
        terms, labels, importance = (np.array(column) for column in zip(*examples, strict=True))
        scaled = importance / importance.mean()
        model = LogisticRegression(max_iter=2000).fit(terms, labels, sample_weight=scaled)
    assert model is not None  # noqa: S101 - there is at least one round
    return model


def _examples(
    answer: Answer, terms: Rows, model: LogisticRegression | None, weight: float
) -> list[tuple[NDArray[Any], int, float]]:
    """The right picture, if it was found, and the strongest stranger."""
    # Before there is a model, small terms mean close hashes.
    scores = -terms.sum(axis=1) if model is None else model.decision_function(terms)
    if answer.own is None:
        return [(terms[scores.argmax()], 0, weight)]
    strangers = scores.copy()
    strangers[answer.own] = -np.inf
    return [
        (terms[answer.own], 1, weight),
        (terms[strangers.argmax()], 0, weight * BESIDE_OWN),
    ]


def main() -> None:
    """Fit on the catalogues named on the command line."""
    samples = [s for path in sys.argv[1:] for s in read_samples(Path(path)) if s.half is Half.FIT]
    model = fit(cross_fitted_answers(samples))
    names = calibration.TERMS
    fitted = {
        "fitted_on": dict(sorted(Counter(sample.domain for sample in samples).items())),
        "algorithm_version": ALGORITHM_VERSION,
        "intercept": round(float(model.intercept_[0]), 4),
        "coefficients": dict(zip(names, (round(float(c), 4) for c in model.coef_[0]), strict=True)),
    }
    CALIBRATION_PATH.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")
    print(f"Fitted on {len(samples)} pictures: {CALIBRATION_PATH.name}.")


if __name__ == "__main__":
    main()
