"""A row for each catalogue says what is found, what is wrong, and which edits a plain hash wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from lookalike.evaluation.benchmark import Measured
from lookalike.evaluation.catalogues import Refused
from lookalike.evaluation.methods import Hit
from lookalike.evaluation.questions.question import IndexKind, Kind
from lookalike.evaluation.report import shop_tables
from lookalike.evaluation.report.document import Document
from lookalike.evaluation.report.domain_tables import Domain
from lookalike.evaluation.report.markdown import markdown
from lookalike.evaluation.report.negative_tables import unrelated
from lookalike.evaluation.report.pooled_tables import by_edit, comparison
from lookalike.evaluation.scoring.metrics import wilson
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


def about(picture: str, answer: ScoredAnswer) -> ScoredAnswer:
    """The same answer to a question about another picture."""
    return replace(answer, question=replace(answer.question, query=picture))


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
    assert [*row] == [
        *("shop", "2", ".333 (1 of 3)", ".500 (2)", "1.000", "1.000 (1)", ".000 (1)", ".000")
    ]


def test_should_count_unrelated_pictures_and_other_colours_that_are_called_copies() -> None:
    variant = Hit("own", 0.9, "colour_variant")
    found = domain(
        [
            scored(WRONG, expected="", kind=Kind.UNRELATED),
            *(about(f"picture {number}", UNRELATED) for number in range(9)),
            scored(RIGHT, kind=Kind.OTHER_COLOUR),
            scored(variant, kind=Kind.OTHER_COLOUR),
            scored(variant, kind=Kind.OTHER_COLOUR),
        ]
    )
    (row,) = shop_tables.wrong([found]).rows
    called = "100.0 [17.9 to 404.2] (10)"
    assert [*row] == ["shop", called, "1 of 10", "-", ".333", ".667", "3"]


def test_should_count_the_forms_of_a_picture_as_one() -> None:
    """Two of three forms of one picture are called copies, and none of those of four others."""
    asked = [scored(WRONG, expected="", kind=Kind.UNRELATED)] * 2 + [UNRELATED]
    for number in range(4):
        asked += [about(f"picture {number}", UNRELATED)] * 3
    found = domain(asked)
    low, high = (f"{1000 * end:.1f}" for end in wilson(5 * 2 / 15, 5))
    (row,) = shop_tables.wrong([found]).rows
    assert row[1:3] == [f"133.3 [{low} to {high}] (15)", "1 of 5"]
    (first, *_) = unrelated(found, frozenset()).rows
    assert first[3:5] == [f"{low} to {high}", "1 of 5"]


def test_should_pool_the_counts_of_all_catalogues_in_the_first_row() -> None:
    """One of two, and none of six unrelated pictures; one of one, and none of three colours."""
    copy, variant = RIGHT, Hit("own", 0.9, "colour_variant")
    first = [scored(WRONG, expected="", kind=Kind.UNRELATED), about("2", UNRELATED)]
    first += [scored(copy, kind=Kind.OTHER_COLOUR)]
    second = [about(f"picture {number}", UNRELATED) for number in range(6)]
    second += [scored(variant, kind=Kind.OTHER_COLOUR)] * 3
    both, *each = shop_tables.wrong([domain(first), domain(second)]).rows
    low, high = (f"{1000 * end:.1f}" for end in wilson(1, 8))
    called = f"125.0 [{low} to {high}] (8)"
    assert [*both] == ["all 2", called, "1 of 8", "-", ".250", ".750", "4"]
    assert [row[0] for row in each] == ["shop", "shop"]


def test_should_give_mean_and_median_of_what_all_catalogues_find() -> None:
    """Three catalogues find 1, .5 and 0 of their copies; one of them holds a rendition."""
    found = [
        domain([scored(RIGHT), scored(RIGHT, kind=Kind.RENDITION), UNRELATED]),
        domain([scored(RIGHT), scored(UNSURE), UNRELATED]),
        domain([scored(UNSURE), UNRELATED]),
    ]
    settings = EvaluationSettings([], Path(), SampleSize(1, 1, 1))
    both = shop_tables.found(found, Measured(settings, ENTRIES, {}, [], found[0].results)).rows[0]
    assert both[:4] == ["all 3", "2", ".000 (0 of 2)", ".500; .500 (4)"]
    assert both[4:] == ["-", "-", "1.000; 1.000 (1)", "1.000; 1.000"]


def test_should_count_certain_hits_of_all_catalogues() -> None:
    wrong = scored(WRONG, expected="", kind=Kind.UNRELATED)
    found = [domain([scored(RIGHT), UNRELATED]), domain([scored(RIGHT), wrong])]
    both, first, second = shop_tables.percentages(found).rows
    assert both[0] == "all 2"
    assert both[3].startswith("333.3 [")
    assert both[3].endswith("] (3 of 1 pictures)")
    for column in (1, 2):
        mean = (float(first[column]) + float(second[column])) / 2
        ends = [float(text) for text in both[column].split("; ")]
        assert ends == pytest.approx([mean, mean], abs=1e-3)


def test_should_show_hard_negatives_beside_all_shops() -> None:
    """Of a shop's made pictures in one page, one of two is called a copy; of prints, none."""
    made = [
        scored(WRONG, expected="", kind=Kind.HARD_NEGATIVE, edit="shared_template"),
        about("2", scored(UNSURE, expected="", kind=Kind.HARD_NEGATIVE, edit="shared_template")),
        scored(UNSURE, expected="", kind=Kind.HARD_NEGATIVE, edit="other_print"),
    ]
    found = domain(
        [scored(RIGHT), UNRELATED]
        + [
            replace(each, question=replace(each.question, index_kind=IndexKind.WITH_COUNTERPARTS))
            for each in made
        ]
    )
    settings = EvaluationSettings([], Path(), SampleSize(1, 1, 1))
    section = shop_tables.shops([found], Measured(settings, ENTRIES, {}, [], found.results))
    text = markdown(Document("Accuracy", "", [section]))
    assert "### Hard negatives of all catalogues" in text
    assert "| all kinds | 333.3 [" in text
    assert "] (2) | 1 of 2 |" in text
    assert "| other_print | 0.0 [0.0 to " in text
    assert "] (3) | - | - | 0 |" in text  # in the row of the shop


def test_should_leave_out_hard_negatives_where_none_was_asked() -> None:
    assert shop_tables.hard_negatives([domain([scored(RIGHT), UNRELATED])]).rows == []


def test_should_count_wrong_hits_among_certain_ones() -> None:
    """Copies and unrelated queries count alike, however many there are."""
    found = domain(
        [
            *[scored(RIGHT)] * 30,
            about("other", scored(WRONG, expected="", kind=Kind.UNRELATED)),
            *[UNRELATED] * 9,
        ]
    )
    (row,) = shop_tables.percentages([found]).rows
    assert len(row) == 6
    assert all(cell.startswith("90.9 [") for cell in row[3:])
    assert all(cell.endswith(" (31 of 2 pictures)") for cell in row[3:])


def test_should_say_nothing_about_certain_hits_without_any() -> None:
    (row,) = shop_tables.percentages([domain([scored(UNSURE), UNRELATED])]).rows
    assert row[3:] == ["-", "-", "-"]


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
    (table,) = section.parts  # without one of listings, of which none was asked
    rows = [[*row] for row in table.rows]  # type: ignore[union-attr]
    assert rows == [
        ["veil", "5", ".800", ".800", ".800"],
        ["grey", "1", "1.000", "1.000", "1.000"],
    ]


def test_should_have_a_row_for_each_kind_of_listing() -> None:
    """One of two is found; T is that of pictures that are asked of the catalogue alone."""
    listings = [scored(hit, kind=Kind.LISTING, edit="own_badges") for hit in (RIGHT, UNSURE)]
    of_counterparts = [
        replace(each, question=replace(each.question, index_kind=IndexKind.WITH_COUNTERPARTS))
        for each in listings
    ]
    answers = [scored(RIGHT, edit="veil"), UNRELATED, *of_counterparts]
    _, table = by_edit([domain(answers), domain([scored(RIGHT, edit="veil"), UNRELATED])]).parts
    assert table.title == "Listings of one photograph"  # type: ignore[union-attr]
    rows = [[*row] for row in table.rows]  # type: ignore[union-attr]
    assert rows == [["own_badges", "2", ".500", ".500", ".500"]]
