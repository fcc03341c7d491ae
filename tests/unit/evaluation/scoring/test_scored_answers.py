"""Answers are held against what is right."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import pytest

from lookalike.evaluation.answers.answer_file import Answer
from lookalike.evaluation.methods import Hit
from lookalike.evaluation.questions.question import Held, Kind, Question
from lookalike.evaluation.report.overall_tables import at_precision
from lookalike.evaluation.scoring.scored_answers import Judged, Results, recall, share
from tests.unit.evaluation.builders import entry, judged

COPY = Hit("own", 0.9, "edited_copy")
UNSURE = Hit("own", 0.3, "similar")
VARIANT = Hit("own", 0.8, "colour_variant")
STRANGER = Hit("other", 0.6, "edited_copy")


def test_should_be_right_where_the_best_hit_is() -> None:
    assert judged(COPY, STRANGER).is_right
    assert not judged(STRANGER, UNSURE).is_right
    assert not judged().is_right
    assert judged().score == 0


def test_should_be_called_a_copy_from_half_a_chance_and_by_verdict() -> None:
    assert judged(COPY).is_called
    assert judged(Hit("own", 0.5)).is_called
    assert not judged(Hit("own", 0.49)).is_called
    assert not judged(UNSURE).is_called
    assert not judged(VARIANT).is_called


def test_should_know_three_kinds_of_recall() -> None:
    found = recall([judged(COPY), judged(UNSURE), judged(VARIANT), judged(STRANGER)], limit=0.5)
    assert (found.first, found.shipped, found.strict) == (0.75, 0.25, 0.5)
    assert isnan(share([], lambda _: True))


def test_should_ask_for_more_than_the_threshold() -> None:
    assert recall([judged(COPY)], limit=0.9).strict == 0


ENTRIES = [
    entry("own", "shirt", "red", "main"),
    entry("sibling", "shirt", "blue", "main"),
    entry("back", "shirt", "red", "back"),
    entry("other", "hat", "red", "main"),
]


def results(*found: Judged) -> Results:
    """Of some answers, each to a question of its own."""
    apart = [replace(j.question, seed=number) for number, j in enumerate(found)]
    answers = {
        (question.key, j.answer.method): replace(j.answer, question=question.key)
        for question, j in zip(apart, found, strict=True)
    }
    return Results(apart, answers, ENTRIES)


def test_should_select_by_kind_and_name() -> None:
    found = results(
        judged(COPY, name="crop10"),
        judged(COPY, name="grey"),
        judged(STRANGER, expected="", kind=Kind.UNRELATED),
    )
    assert len(found.of("ours", "shop", Kind.EDIT)) == 2
    assert len(found.of("ours", "shop", Kind.EDIT, names=["grey"])) == 1
    assert len(found.of("ours", "shop", Kind.EDIT, Kind.UNRELATED)) == 3
    assert found.of("pdq", "shop", Kind.EDIT) == []
    assert found.of("ours", "shop", Kind.EDIT, held=Held.TENTH) == []
    assert found.threshold("ours", "shop") == 0.6


def test_should_leave_out_what_could_not_be_asked() -> None:
    question = Question(Kind.RECOLOURED, "hue60", "shop", "own", 0, ("own",))
    for code in ("nothing_changed", "not_made"):
        answer = Answer(question.key, "ours", refused=code)
        found = Results([question], {(question.key, "ours"): answer}, ENTRIES)
        assert found.of("ours", "shop", Kind.RECOLOURED) == []
        assert found.failures() == ([answer] if code == "not_made" else [])


def test_should_tell_where_a_method_failed() -> None:
    question = Question(Kind.UNRELATED, "blur4", "shop", "own", 0)
    answer = Answer(question.key, "ours", refused="method_failed")
    assert Results([question], {(question.key, "ours"): answer}, ENTRIES).failures() == [answer]


def test_should_count_a_refused_query_as_not_found() -> None:
    question = Question(Kind.EDIT, "blur4", "shop", "own", 0, ("own",))
    answer = Answer(question.key, "ours", refused="image_featureless")
    (one,) = Results([question], {(question.key, "ours"): answer}, ENTRIES).of(
        "ours", "shop", Kind.EDIT
    )
    assert not one.is_right


def test_should_know_other_pictures_of_the_product() -> None:
    found = results()
    assert found.is_of_product(judged(Hit("sibling", 0.7), COPY))
    assert found.is_of_product(judged(Hit("back", 0.7), COPY))
    assert not found.is_of_product(judged(STRANGER, COPY))
    assert not found.is_of_product(judged())


def test_should_know_other_colours_of_the_photograph() -> None:
    found = results()
    assert found.is_of_photograph(judged(COPY))
    assert found.is_of_photograph(judged(Hit("sibling", 0.7), COPY))
    assert not found.is_of_photograph(judged(Hit("back", 0.7), COPY))
    assert not found.is_of_photograph(judged(STRANGER, COPY))


def test_should_be_calibrated_only_with_both_kinds() -> None:
    copy, unrelated = judged(COPY), judged(UNSURE, expected="", kind=Kind.UNRELATED)
    assert results(copy).calibration("ours", "shop") is None
    measured = results(copy, unrelated).calibration("ours", "shop")
    assert measured is not None
    assert measured.brier == pytest.approx((0.01 + 0.09) / 2)


def test_should_find_at_a_precision_as_perception_does() -> None:
    """The best stranger scores .6: own pictures at .9 and .7 are found, one at .5 and none not.

    Another colour of the product is no stranger, however near.
    """
    stranger = Hit("other", 0.6)
    found = [
        judged(Hit("own", 0.9), Hit("sibling", 0.8), stranger),
        judged(Hit("own", 0.7), Hit("other", 0.2)),
        judged(stranger, Hit("own", 0.5)),
        judged(stranger),
    ]
    is_stranger = results().is_stranger
    assert at_precision(found, is_stranger) == 0.5
    assert at_precision(found, is_stranger, precision=0.5) == 0.75
    assert at_precision([], is_stranger) == 0
