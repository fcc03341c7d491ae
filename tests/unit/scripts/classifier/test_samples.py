"""What is asked to gather evidence, and what is read of what was gathered."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.edits import CHAINS, EDITS, HARD_NEGATIVES, RANDOM, RECOLOURINGS
from scripts.classifier.collect import write
from scripts.classifier.dataset import Evidence
from scripts.classifier.samples import OFTEN, QUERIES_A_PICTURE, THEN, UNCHANGED, Row, questions
from scripts.classifier.shared_templates import pairs

ENTRIES = [
    Entry(
        f"e{n}", ("shop", "home")[n % 2], f"style{n // 4}", Path(f"{n}.jpg"), f"colour{n}", "main"
    )
    for n in range(40)
]


def test_should_ask_of_every_picture_what_edits_and_dyes_leave() -> None:
    asked = questions(ENTRIES)
    for number in range(len(ENTRIES)):
        edits = [question for question in asked if question.entry == number]
        dyed = [question for question in edits if question.edit in RECOLOURINGS]
        assert Counter(question.edit for question in edits)[UNCHANGED] == 1
        assert sorted(bool(question.then) for question in dyed) == [False, True]
        assert len(edits) == 1 + QUERIES_A_PICTURE + len(dyed)
    assert asked == questions(ENTRIES)
    assert [question.entry for question in asked] != sorted(question.entry for question in asked)


def test_should_know_all_edits_that_it_names() -> None:
    assert {*OFTEN, *THEN, UNCHANGED} <= {*EDITS, *CHAINS, *RANDOM}


def test_should_pair_different_products_of_one_domain() -> None:
    drawn = pairs(ENTRIES, 100)
    assert {pair.kind for pair in drawn} == set(HARD_NEGATIVES)
    for pair in drawn:
        stored, other = ENTRIES[pair.stored], ENTRIES[pair.other]
        assert stored.domain == other.domain
        assert stored.group != other.group
    assert [pair.number for pair in drawn] == [100 + 2 * n for n in range(len(drawn))]


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    """Of one query of each kind, as it is written and read."""
    rows = [
        Row(0, 0, 0, "crop25", recoloured=False, terms={"a": 1.0, "b": 2.0}),
        Row(0, 0, 2, "crop25", recoloured=False, terms={"a": 3.0, "b": 4.0}),
        Row(0, 0, 9, "crop25", recoloured=False, terms={"a": 5.0, "b": 6.0}),
        Row(1, 3, 3, "dye_dark", recoloured=True, terms={"a": 7.0, "b": 8.0}),
        Row(2, 4, 0, "shared_logo", recoloured=False, terms={"a": 9.0, "b": 0.0}),
        Row(3, 5, 5, "background_white", recoloured=False, terms={"a": 0.0, "b": 0.0}),
    ]
    write(tmp_path / "evidence.npz", ENTRIES, rows)
    return Evidence.read(tmp_path / "evidence.npz")


def test_should_read_what_is_what(evidence: Evidence) -> None:
    assert evidence.names == ["a", "b"]
    assert evidence.terms[:, 0].tolist() == [1, 3, 5, 7, 9, 0]
    assert evidence.own.tolist() == [True, False, False, True, False, True]
    assert evidence.stranger.tolist() == [False, False, True, False, True, False]
    assert evidence.other_colour.tolist() == [False, True, False, False, False, False]
    assert evidence.is_recolouring.tolist() == [False, False, False, True, False, False]
    assert evidence.is_recoloured.tolist() == [False, False, False, True, False, False]
    assert evidence.is_hard.tolist() == [False, False, False, False, True, False]
    assert evidence.has_new_background.tolist() == [False] * 5 + [True]
    assert evidence.domain.tolist() == ["shop", "shop", "shop", "home", "shop", "home"]


def test_should_keep_the_best_score_of_each_query(evidence: Evidence) -> None:
    scores = np.array([1.0, 5.0, 3.0, -1.0, 2.0, 0.0])
    assert evidence.by_query(scores, evidence.stranger) == {0: 3.0, 2: 2.0}
    assert evidence.by_query(scores, ~evidence.stranger) == {0: 5.0, 1: -1.0, 3: 0.0}
