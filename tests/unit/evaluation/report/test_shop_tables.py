"""A row for each catalogue says what is found, what is wrong, and which edits a plain hash wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from lookalike.evaluation.benchmark import Measured
from lookalike.evaluation.catalogues import Refused
from lookalike.evaluation.methods import Hit
from lookalike.evaluation.questions.question import Kind
from lookalike.evaluation.report import shop_tables
from lookalike.evaluation.report.domain_tables import Domain
from lookalike.evaluation.report.pooled_tables import by_edit, comparison
from lookalike.evaluation.scoring.scored_answers import Results, ScoredAnswer
from lookalike.evaluation.settings import EvaluationSettings, SampleSize
from tests.unit.evaluation.builders import entry, scored

ENTRIES = [entry("own", "shirt", "red", "main"), entry("other", "hat", "red", "main")]
RIGHT, WRONG = Hit("own", 0.9995, "edited_copy"), Hit("other", 0.9995, "edited_copy")
UNSURE = Hit("other", 0.2, "similar")
UNRELATED = scored(UNSURE, expected="", kind=Kind.UNRELATED)


def domain(answers: Sequence[ScoredAnswer], methods: Sequence[str] = ("ours",)) -> Domain:
    """The results of some answers, each to a question of its own."""
    numbered = [
        (replace(each.question, seed=number), each.answer) for number, each in enumerate(answers)
    ]
    found = {
        (question.key, answer.method): replace(answer, question=question.key)
        for question, answer in numbered
    }
    return Domain(Results([question for question, _ in numbered], found, ENTRIES), "shop", methods)


def by(method: str, answer: ScoredAnswer) -> ScoredAnswer:
    """The same answer by another method."""
    return replace(answer, answer=replace(answer.answer, method=method))


def test_should_count_what_is_found_and_refused() -> None:
    found = domain(
        [
            scored(RIGHT, edit="crop10"),
            scored(UNSURE, edit="crop10"),
            scored(RIGHT, kind=Kind.RANDOM),
            scored(RIGHT, kind=Kind.REDUCED),
            scored(UNSURE, kind=Kind.RENDITION),
            UNRELATED,
        ]
    )
    refused = [
        Refused("shop", "white", "image_featureless", ""),
        Refused("shop", "gone", "image_not_found", ""),
        Refused("market", "white", "image_featureless", ""),
    ]
    settings = EvaluationSettings([], Path(), SampleSize(1, 1, 1))
    measured = Measured(settings, ENTRIES, {}, refused, found.results)
    (row,) = shop_tables.found([found], measured).rows
    assert [*row] == ["shop", "2", ".333", ".500 (2)", "1.000", "1.000 (1)", ".000 (1)", ".000"]


def test_should_count_unrelated_pictures_and_other_colours_that_are_called_copies() -> None:
    variant = Hit("own", 0.9, "colour_variant")
    found = domain(
        [
            *[scored(WRONG, expected="", kind=Kind.UNRELATED)] * 1,
            *[UNRELATED] * 9,
            scored(RIGHT, kind=Kind.OTHER_COLOUR),
            scored(variant, kind=Kind.OTHER_COLOUR),
            scored(variant, kind=Kind.OTHER_COLOUR),
        ]
    )
    (row,) = shop_tables.wrong([found]).rows
    assert [*row] == ["shop", "100.0 [17.9 to 404.2] (10)", ".333", ".667", "3"]


def test_should_count_wrong_hits_among_certain_ones() -> None:
    """Copies and unrelated queries count alike, however many there are."""
    found = domain(
        [
            *[scored(RIGHT)] * 30,
            scored(WRONG, expected="", kind=Kind.UNRELATED),
            *[UNRELATED] * 9,
        ]
    )
    (row,) = shop_tables.percentages([found]).rows
    assert len(row) == 5
    assert all(cell.startswith("90.9 [") and cell.endswith(" (31)") for cell in row[2:])


def test_should_say_nothing_about_certain_hits_without_any() -> None:
    (row,) = shop_tables.percentages([domain([scored(UNSURE), UNRELATED])]).rows
    assert row[2:] == ["-", "-", "-"]


@pytest.mark.parametrize(("hits", "lost"), [(20, False), (19, True)])
def test_should_list_the_edits_that_a_plain_hash_wins(hits: int, lost: bool) -> None:  # noqa: FBT001
    """Ours finds so many of twenty pictures, PDQ all, and pHash none."""
    answers = [scored(RIGHT if n < hits else UNSURE, edit="veil") for n in range(20)]
    answers += [by("pdq", scored(Hit("own", 0.8), edit="veil")) for _ in range(20)]
    answers += [by("phash", scored(Hit("other", 0.8), edit="veil")) for _ in range(20)]
    answers += [by(name, UNRELATED) for name in ("ours", "pdq", "phash")]
    section = comparison([domain(answers, ("ours", "phash", "pdq"))])
    assert section
    assert f"Of 1 edits, {int(lost)} " in section.text
    rows = [[*row] for part in section.parts for row in part.rows]  # type: ignore[union-attr]
    assert rows == ([["veil", "20", ".950", "1.000", "PDQ"]] if lost else [])


def test_should_compare_nothing_without_plain_hashes() -> None:
    assert comparison([domain([scored(RIGHT), UNRELATED])]) is None
    assert comparison([]) is None


def test_should_pool_the_queries_of_all_catalogues() -> None:
    """Three of four queries of one catalogue are found, and one of one of another."""
    first = [scored(RIGHT, edit="veil")] * 3 + [scored(UNSURE, edit="veil"), UNRELATED]
    second = [scored(RIGHT, edit="veil"), scored(RIGHT, edit="grey"), UNRELATED]
    section = by_edit([domain(first), domain(second)])
    (table,) = section.parts
    rows = [[*row] for row in table.rows]  # type: ignore[union-attr]
    assert rows == [
        ["veil", "5", ".800", ".800", ".800"],
        ["grey", "1", "1.000", "1.000", "1.000"],
    ]
