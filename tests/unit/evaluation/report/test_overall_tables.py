"""Published figures and index sizes have a row over all catalogues."""

from __future__ import annotations

from dataclasses import replace

from lookalike.evaluation.methods import Hit
from lookalike.evaluation.questions.question import IndexKind, Kind
from lookalike.evaluation.report import overall_tables
from lookalike.evaluation.report.domain_tables import Domain
from lookalike.evaluation.scoring.published_figures import IMAGE_SEARCH_SIMILARITY, PERCEPTION
from lookalike.evaluation.scoring.scored_answers import Results, ScoredAnswer
from tests.unit.evaluation.builders import entry, scored

RIGHT, WRONG = Hit("own", 0.9, "edited_copy"), Hit("other", 0.9, "edited_copy")
UNSURE = Hit("other", 0.2, "similar")
ENTRIES = [entry("own", "shirt"), entry("other", "hat")]


def domain(*answers: ScoredAnswer) -> Domain:
    """The results of some answers, each also asked of a tenth of the catalogue."""
    both = [
        (replace(each.question, seed=number, index_kind=kind), each.answer)
        for number, each in enumerate(answers)
        for kind in (IndexKind.WHOLE, IndexKind.TENTH)
    ]
    found = {
        (question.key, "ours"): replace(answer, question=question.key) for question, answer in both
    }
    return Domain(Results([question for question, _ in both], found, ENTRIES), "shop", ("ours",))


def test_should_have_a_row_over_all_catalogues_for_each_index() -> None:
    """One catalogue finds its copy, and one of its two unrelated pictures is called a copy."""
    unrelated = scored(UNSURE, expected="", kind=Kind.UNRELATED)
    called = scored(WRONG, expected="", kind=Kind.UNRELATED)
    first, second = domain(scored(RIGHT), unrelated, called), domain(scored(UNSURE), unrelated)
    sizes = {IndexKind.TENTH: 3, IndexKind.WHOLE: 30}
    rows = overall_tables.index_sizes([first, second], sizes).rows
    assert [row[:2] for row in rows[:2]] == [["all 2", "3"], ["all 2", "30"]]
    assert rows[0][2:4] == [".500; .500", ".500; .500"]
    assert rows[0][7:9] == ["333.3", "3"]
    assert [len(row) for row in rows] == [len(rows[0])] * 6
    assert len(overall_tables.index_sizes([first], sizes).rows) == 2


def test_should_have_a_row_over_all_catalogues_beside_published_figures() -> None:
    name = PERCEPTION[0].edit
    first, second = (domain(scored(hit, kind=Kind.PUBLISHED, edit=name)) for hit in (RIGHT, UNSURE))
    rows = overall_tables.perception_benchmark([first]).rows
    assert not [row for row in rows if row[0].startswith("all")]
    rows = overall_tables.perception_benchmark([first, second]).rows
    assert [row[1] for row in rows if row[0] == "all 2: Lookalike"] == [".500; .500"]


def test_should_give_mean_similarities_of_all_catalogues() -> None:
    found = {
        shop: {"Lookalike": dict.fromkeys(IMAGE_SEARCH_SIMILARITY, value)}
        for shop, value in (("hats", 0.5), ("mugs", 0.7))
    }
    labels = [row[0] for row in overall_tables.image_search_study(found).rows]
    assert labels == [
        "published: imageSearch",
        "all 2: Lookalike",
        "hats: Lookalike",
        "mugs: Lookalike",
    ]
    row = overall_tables.image_search_study(found).rows[1]
    assert set(row[1:]) == {".600; .600"}
