"""What is fitted to evidence, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lookalike.evaluation.catalogues import Entry
from scripts.classifier import fit
from scripts.classifier.collect import write
from scripts.classifier.dataset import Evidence, Floats
from scripts.classifier.samples import Row

ENTRIES = [
    Entry(f"e{n}", ("home", "shop")[n % 2], f"style{n // 2}", Path(f"{n}.jpg"), f"c{n}", "main")
    for n in range(80)
]
STRANGERS = 4


def _rows(rng: np.random.Generator) -> Iterator[Row]:
    """Of each entry: its own picture, the other colour of its product, and strangers."""
    for entry in range(len(ENTRIES)):
        edit = ("crop25", "background_white", "bright150", "dye_dark")[entry % 4]
        for candidate in (entry, entry ^ 1, *((entry + 2 + 2 * n) % 80 for n in range(STRANGERS))):
            likeness = (candidate == entry) + 0.5 * (candidate == entry ^ 1) + rng.normal(0, 0.05)
            dyed = edit == "dye_dark" or candidate == entry ^ 1
            terms = {"likeness": likeness, "colour": dyed + rng.normal(0, 0.05)}
            yield Row(entry, entry, candidate, edit, edit == "dye_dark", terms)


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    path = tmp_path_factory.mktemp("judge") / "evidence.npz"
    write(path, ENTRIES, list(_rows(np.random.default_rng(0))))
    return Evidence.read(path)


def test_should_fit_one_photograph_against_strangers(evidence: Evidence) -> None:
    task = fit.same_photograph(evidence)
    scores = fit.cross_fitted(evidence, task, rounds=20, leaves=4)
    assert (scores[evidence.own] > 0).mean() > 0.95
    assert (scores[evidence.stranger] < 0).mean() > 0.95


def test_should_weigh_every_domain_alike_and_new_backgrounds_more(evidence: Evidence) -> None:
    weights = fit.same_photograph(evidence).weights
    plain = ~(evidence.own & evidence.has_new_background)
    home, shop = (
        np.unique(weights[plain & (evidence.domain == domain)]) for domain in ("home", "shop")
    )
    assert home == pytest.approx(shop)
    assert weights[~plain] == pytest.approx(fit.NEW_BACKGROUNDS_COUNT * home[0])


def test_should_tell_dyes_from_edits(evidence: Evidence) -> None:
    same = np.where(evidence.stranger, -1.0, 1.0)
    task = fit.recoloured(evidence, same)
    assert not (task.rows & evidence.stranger).any()
    scores = fit.cross_fitted(evidence, task, rounds=20, leaves=4)
    dyed = task.rows & task.labels
    assert (scores[dyed] > 0).all()
    assert (scores[task.rows & ~task.labels] < 0).all()


def _scores(evidence: Evidence, near: int) -> Floats:
    """Log odds of which ``near`` strangers of every query are near misses."""
    scores = np.full(len(evidence.terms), -9.0)
    scores[evidence.own] = 5.0
    for number in np.unique(evidence.query):
        rows = np.flatnonzero((evidence.query == number) & evidence.stranger)
        scores[rows[:near]] = -1.0
    return scores


def test_should_grow_by_what_every_stranger_adds(evidence: Evidence) -> None:
    one, several = (fit.growth_of(evidence, _scores(evidence, near)) for near in (1, STRANGERS))
    assert one == pytest.approx(1, abs=0.1)
    assert 0 < several < 0.3


def test_should_take_every_stranger_for_a_chance_without_near_misses(evidence: Evidence) -> None:
    assert fit.growth_of(evidence, _scores(evidence, 0)) == 1


def test_should_calibrate_to_what_is_right(evidence: Evidence) -> None:
    """Where copies score as log odds 5 and strangers as -1, what is between is uncertain."""
    rng = np.random.default_rng(1)
    scores = _scores(evidence, 1) + rng.normal(0, 3, len(evidence.terms))
    found = fit.calibrated(evidence, scores)
    assert 0 < found.slope < 2
    size = len(ENTRIES)
    assert found.probability(20, size) > 0.95
    assert found.probability(-20, size) < 0.05
