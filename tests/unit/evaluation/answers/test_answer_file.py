"""Answers survive a stop, and are not mixed with answers about something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookalike.errors import SettingInvalidError
from lookalike.evaluation.answers.answer_file import Answer, AnswerFile
from lookalike.evaluation.methods import Hit

ANSWERS = [
    Answer("one", "ours", (Hit("a", 0.9999999, "edited_copy"), Hit("ä|b", 0.1, "similar")), 12.5),
    Answer("one", "pdq", (Hit("a", 0.5),), 3.0),
    Answer("two", "ours", refused="image_featureless"),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file of a run with three answers."""
    path = tmp_path / "new" / "answers.jsonl"
    AnswerFile(path, "catalogue 1").keep(iter([ANSWERS[:2], ANSWERS[2:]]))
    return path


def test_should_continue_with_the_stored_answers(path: Path) -> None:
    again = AnswerFile(path, "catalogue 1")
    assert list(again.answers.values()) == ANSWERS
    again.keep(iter([[Answer("three", "ours")]]))
    assert len(AnswerFile(path, "catalogue 1").answers) == 4


def test_should_not_change_answers_about_another_catalogue_or_algorithm(path: Path) -> None:
    with pytest.raises(SettingInvalidError, match="--anew"):
        AnswerFile(path, "catalogue 2")
    assert list(AnswerFile(path, "catalogue 1").answers.values()) == ANSWERS


def test_should_discard_answers_on_request(path: Path) -> None:
    assert AnswerFile(path, "catalogue 2", anew=True).answers == {}
    assert AnswerFile(path, "catalogue 1").answers == {}


def test_should_lose_only_the_line_at_which_a_run_was_killed(path: Path) -> None:
    whole = path.read_text("utf-8")
    path.write_text(whole[:-20], "utf-8")
    again = AnswerFile(path, "catalogue 1")
    assert list(again.answers.values()) == ANSWERS[:2]
    again.keep(iter([ANSWERS[2:]]))
    assert path.read_text("utf-8") == whole


def test_should_keep_the_answers_before_a_stop(tmp_path: Path) -> None:
    def stopped() -> object:
        yield ANSWERS[:2]
        raise KeyboardInterrupt

    path = tmp_path / "answers.jsonl"
    with pytest.raises(KeyboardInterrupt):
        AnswerFile(path, "x").keep(stopped())  # type: ignore[arg-type]
    assert list(AnswerFile(path, "x").answers.values()) == ANSWERS[:2]
