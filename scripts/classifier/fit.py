"""Fit the judge and the calibration on gathered evidence.

    python -m scripts.classifier.fit evidence.npz

Writes ``same_photograph.onnx`` and ``recoloured.onnx`` beside ``lookalike.verification.classifier``
and ``calibration.json`` beside ``lookalike.matching.calibration``. The calibration is fitted
on scores of models that have not seen the product in question (five folds by product).
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from lookalike.matching import calibration
from lookalike.verification import classifier
from scripts.classifier.dataset import Evidence, Flags, Floats
from scripts.classifier.onnx_trees import to_onnx

FOLDS = 5
NEW_BACKGROUNDS_COUNT = 3.0
"""Weight of replaced backgrounds: much changes, and it is one photograph."""
NEW_COLOURS_COUNT = 8.0
"""Their weight where colours are judged: much changes, and nothing was dyed."""
STRONG_LIGHT_COUNTS = 3.0
"""Weight there of light that is hardest to tell from a dye."""
THINNINGS = 20
RARE = -3.0
"""Log odds beyond which strangers are counted to see how they grow with the catalogue."""
SEED = 3


@dataclass(frozen=True)
class Task:
    """One question that trees are fitted to.

    Attributes:
        rows: that are fitted on.
        labels: yes or no, of all rows.
        weights: of all rows.
    """

    rows: Flags
    labels: Flags
    weights: Floats


def same_photograph(evidence: Evidence) -> Task:
    """Own pictures, edited and recoloured, against strangers and other views."""
    other_view = ~evidence.own & ~evidence.stranger & ~evidence.other_colour
    rows = (
        evidence.own | evidence.stranger | (other_view & (evidence.colours != "")[evidence.entry])
    )
    weights = _even(evidence)
    weights[evidence.own & evidence.has_new_background] *= NEW_BACKGROUNDS_COUNT
    return Task(rows, evidence.own, weights)


def recoloured(evidence: Evidence, same: Floats) -> Task:
    """Made recolourings that one sees and other colours of one photograph, against edits."""
    made = evidence.own & evidence.is_recoloured
    real = evidence.other_colour & ~evidence.is_recolouring & (same > 0)
    edited = evidence.own & ~evidence.is_recolouring
    weights = np.where(made, 2.0, 1.0)
    weights[edited] *= weights[made | real].sum() / edited.sum() / 2
    weights[evidence.has_new_background] *= NEW_COLOURS_COUNT
    weights[edited & evidence.has_strong_light] *= STRONG_LIGHT_COUNTS
    return Task(made | real | edited, made | real, weights)


def _even(evidence: Evidence) -> Floats:
    """Every domain weighs the same."""
    weights = np.ones(len(evidence.terms))
    for domain in np.unique(evidence.domain):
        here = evidence.domain == domain
        weights[here] /= here.sum()
    even: Floats = weights / weights.mean()
    return even


def _model(rounds: int, leaves: int) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        max_iter=rounds,
        learning_rate=0.06,
        max_leaf_nodes=leaves,
        min_samples_leaf=25,
        l2_regularization=3,
        max_features=0.4,
        random_state=SEED,
    )


def _fitted(
    evidence: Evidence, task: Task, rows: Flags, rounds: int, leaves: int
) -> HistGradientBoostingClassifier:
    rows = rows & task.rows
    return _model(rounds, leaves).fit(
        evidence.terms[rows], task.labels[rows], sample_weight=task.weights[rows]
    )


def cross_fitted(evidence: Evidence, task: Task, rounds: int, leaves: int) -> Floats:
    """Log odds of every row by a model that has not seen its product."""
    scores = np.zeros(len(evidence.terms))
    products = np.unique(evidence.groups[evidence.entry], return_inverse=True)[1]
    for kept, held in GroupKFold(FOLDS).split(evidence.terms, groups=products):
        rows = np.zeros(len(scores), np.bool_)
        rows[kept] = True
        fitted = _fitted(evidence, task, rows, rounds, leaves)
        scores[held] = fitted.decision_function(evidence.terms[held])
    return scores


def growth_of(evidence: Evidence, scores: Floats) -> float:
    """The power of the catalogue's size by which near misses become more.

    Half of the strangers are taken away at random: how many queries still have one? 1, as if each
    stranger were a chance of its own, where there are no near misses.
    """
    rng = np.random.default_rng(SEED)
    near = evidence.stranger & (scores > RARE)
    if not near.any():
        return 1.0
    all_queries = len(np.unique(evidence.query[near]))
    halves = []
    for _ in range(THINNINGS):
        kept = rng.random(evidence.candidate.max() + 1) < 0.5  # noqa: PLR2004 - half
        halves.append(len(np.unique(evidence.query[near & kept[evidence.candidate]])))
    return float(np.log2(all_queries / np.mean(halves)))


def calibrated(evidence: Evidence, scores: Floats) -> calibration.Calibration:
    """Slope and intercept over queries: each as an edited copy, and without its own product."""
    own = evidence.by_query(scores, evidence.own & ~evidence.is_recolouring)
    strangers = evidence.by_query(scores, evidence.stranger)
    odds = np.array([*own.values(), *strangers.values()])[:, None]
    right = np.array([1] * len(own) + [0] * len(strangers))
    weight = np.where(right == 1, 1 / len(own), 1 / len(strangers))
    fitted = LogisticRegression(C=1e6).fit(odds, right, sample_weight=weight * len(right))
    growth = growth_of(evidence, scores)
    size = len(evidence.groups)
    intercept = float(fitted.intercept_[0]) + growth * np.log(size / calibration.REFERENCE_SIZE)
    return calibration.Calibration(float(fitted.coef_[0, 0]), float(intercept), growth)


def summary(evidence: Evidence, same: Floats, colour: Floats) -> list[str]:
    """What the cross-fitted models do in each domain."""
    lines = []
    plain = ~evidence.is_recolouring
    for domain in np.unique(evidence.domain):
        here = evidence.domain == domain
        own = evidence.by_query(same, here & evidence.own & plain)
        strangers = evidence.by_query(same, here & evidence.stranger)
        copies = np.where(colour > 0, -np.inf, same)
        called = evidence.by_query(copies, here & evidence.stranger)
        right = np.mean([score > strangers.get(q, -np.inf) for q, score in own.items()])
        lines.append(
            f"{domain}: first {right:.4f}, found {np.mean(np.array(list(own.values())) > 0):.4f} "
            f"of {len(own)}; strangers likely {sum(s > 0 for s in strangers.values())}, called "
            f"copies {sum(s > 0 for s in called.values())} of {len(strangers)}"
        )
    for name, rows in (
        ("made recolourings", evidence.own & evidence.is_recoloured),
        ("real other colours", evidence.other_colour & plain),
        ("edits", evidence.own & plain),
        ("made hard negatives", evidence.is_hard),
        ("other views", ~evidence.own & ~evidence.stranger & ~evidence.other_colour),
    ):
        likely = same[rows] > 0
        variant = likely & (colour[rows] > 0)
        lines.append(
            f"{name}: {rows.sum()}, called variants {variant.mean():.4f}, "
            f"called copies {(likely & ~variant).mean():.4f}"
        )
    return lines


def main() -> None:
    """Fit on the evidence named on the command line."""
    evidence = Evidence.read(Path(sys.argv[1]))
    same_task = same_photograph(evidence)
    same = cross_fitted(evidence, same_task, SAME_ROUNDS, SAME_LEAVES)
    colour_task = recoloured(evidence, same)
    colour = cross_fitted(evidence, colour_task, COLOUR_ROUNDS, COLOUR_LEAVES)
    print("\n".join(summary(evidence, same, colour)))
    found = calibrated(evidence, same)
    every = np.ones(len(same), np.bool_)
    folder = Path(classifier.__file__).parent
    for task, name, rounds, leaves in (
        (same_task, classifier.SAME_PHOTOGRAPH, SAME_ROUNDS, SAME_LEAVES),
        (colour_task, classifier.RECOLOURED, COLOUR_ROUNDS, COLOUR_LEAVES),
    ):
        model = _fitted(evidence, task, every, rounds, leaves)
        (folder / name).write_bytes(to_onnx(model))
    written = {
        "slope": round(found.slope, 4),
        "intercept": round(found.intercept, 4),
        "growth": round(found.growth, 4),
        "fitted_on": {
            str(domain): int((evidence.domains == domain).sum())
            for domain in np.unique(evidence.domains)
        },
        "judge_version": classifier.judge_version(),
    }
    path = Path(calibration.__file__).with_name("calibration.json")
    path.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    print(written)


SAME_ROUNDS, SAME_LEAVES = 300, 12
COLOUR_ROUNDS, COLOUR_LEAVES = 300, 10

if __name__ == "__main__":
    main()
