"""Answers are compared with the ground truth."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import pytest

from lookalike.evaluation.answers.answer_file import Answer
from lookalike.evaluation.methods import Hit
from lookalike.evaluation.questions.question import IndexKind, Kind, Question
from lookalike.evaluation.report.overall_tables import recall_at_precision
from lookalike.evaluation.scoring.scored_answers import Results, ScoredAnswer, recall, share
from tests.unit.evaluation.builders import entry, scored

COPY = Hit("own", 0.9, "edited_copy")
UNSURE = Hit("own", 0.3, "similar")
VARIANT = Hit("own", 0.8, "colour_variant")
OTHER = Hit("other", 0.6, "edited_copy")


def test_should_be_right_if_the_best_hit_is() -> None:
    assert scored(COPY, OTHER).is_right
    assert not scored(OTHER, UNSURE).is_right
    assert not scored().is_right
    assert scored().score == 0


def test_should_be_called_a_copy_by_probability_and_verdict() -> None:
    assert scored(COPY).is_called_copy
    assert scored(Hit("own", 0.5)).is_called_copy
    assert not scored(Hit("own", 0.49)).is_called_copy
    assert not scored(UNSURE).is_called_copy
    assert not scored(VARIANT).is_called_copy


def test_should_compute_three_kinds_of_recall() -> None:
    found = recall([scored(COPY), scored(UNSURE), scored(VARIANT), scored(OTHER)], limit=0.5)
    assert (found.first, found.shipped, found.strict) == (0.75, 0.25, 0.5)
    assert isnan(share([], lambda _: True))


def test_should_not_count_a_score_at_the_strict_threshold() -> None:
    assert recall([scored(COPY)], limit=0.9).strict == 0


ENTRIES = [
    entry("own", "shirt", "red", "main"),
    entry("blue", "shirt", "blue", "main"),
    entry("back", "shirt", "red", "back"),
    entry("other", "hat", "red", "main"),
]


def results(*found: ScoredAnswer) -> Results:
    """The results of some answers, each to a different question."""
    apart = [replace(j.question, seed=number) for number, j in enumerate(found)]
    answers = {
        (question.key, j.answer.method): replace(j.answer, question=question.key)
        for question, j in zip(apart, found, strict=True)
    }
    return Results(apart, answers, ENTRIES)


def test_should_select_answers_by_kind_and_edit() -> None:
    found = results(
        scored(COPY, edit="crop10"),
        scored(COPY, edit="grey"),
        scored(OTHER, expected="", kind=Kind.UNRELATED),
    )
    assert len(found.answers("ours", "shop", Kind.EDIT)) == 2
    assert len(found.answers("ours", "shop", Kind.EDIT, edits=["grey"])) == 1
    assert len(found.answers("ours", "shop", Kind.EDIT, Kind.UNRELATED)) == 3
    assert found.answers("pdq", "shop", Kind.EDIT) == []
    assert found.answers("ours", "shop", Kind.EDIT, index_kind=IndexKind.TENTH) == []
    assert found.threshold("ours", "shop") == 0.6


def test_should_leave_out_questions_that_could_not_be_asked() -> None:
    question = Question(Kind.RECOLOURED, "hue60", "shop", "own", 0, ("own",))
    for code in ("nothing_changed", "edit_failed"):
        answer = Answer(question.key, "ours", refused=code)
        found = Results([question], {(question.key, "ours"): answer}, ENTRIES)
        assert found.answers("ours", "shop", Kind.RECOLOURED) == []
        assert found.failures() == ([answer] if code == "edit_failed" else [])


def test_should_list_failures_of_methods() -> None:
    question = Question(Kind.UNRELATED, "blur4", "shop", "own", 0)
    answer = Answer(question.key, "ours", refused="method_failed")
    assert Results([question], {(question.key, "ours"): answer}, ENTRIES).failures() == [answer]


def test_should_count_a_refused_query_as_not_found() -> None:
    question = Question(Kind.EDIT, "blur4", "shop", "own", 0, ("own",))
    answer = Answer(question.key, "ours", refused="image_featureless")
    (one,) = Results([question], {(question.key, "ours"): answer}, ENTRIES).answers(
        "ours", "shop", Kind.EDIT
    )
    assert not one.is_right


def test_should_recognize_other_pictures_of_the_product() -> None:
    found = results()
    assert found.is_of_product(scored(Hit("blue", 0.7), COPY))
    assert found.is_of_product(scored(Hit("back", 0.7), COPY))
    assert not found.is_of_product(scored(OTHER, COPY))
    assert not found.is_of_product(scored())


def test_should_recognize_other_colours_of_the_photograph() -> None:
    found = results()
    assert found.is_of_photograph(scored(COPY))
    assert found.is_of_photograph(scored(Hit("blue", 0.7), COPY))
    assert not found.is_of_photograph(scored(Hit("back", 0.7), COPY))
    assert not found.is_of_photograph(scored(OTHER, COPY))


def test_should_compute_calibration_only_with_both_kinds() -> None:
    copy, unrelated = scored(COPY), scored(UNSURE, expected="", kind=Kind.UNRELATED)
    assert results(copy).reliability("ours", "shop") is None
    measured = results(copy, unrelated).reliability("ours", "shop")
    assert measured is not None
    assert measured.brier == pytest.approx((0.01 + 0.09) / 2)


def test_should_compute_recall_at_a_precision_as_perception_does() -> None:
    """The best unrelated scores .6: own pictures at .9 and .7 are found, one at .5 and none not.

    Another colour of the product is no stranger, however near.
    """
    unrelated = Hit("other", 0.6)
    found = [
        scored(Hit("own", 0.9), Hit("blue", 0.8), unrelated),
        scored(Hit("own", 0.7), Hit("other", 0.2)),
        scored(unrelated, Hit("own", 0.5)),
        scored(unrelated),
    ]
    is_unrelated = results().is_unrelated
    assert recall_at_precision(found, is_unrelated) == 0.5
    assert recall_at_precision(found, is_unrelated, precision=0.5) == 0.75
    assert recall_at_precision([], is_unrelated) == 0
