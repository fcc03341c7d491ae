"""Labelled files are read, or refused with their wrong lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookalike.errors import BadParameterError
from lookalike.evaluation.questions.labelled import read_labelled

CATALOGUE = {"a", "b", "c"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two files in place of pictures."""
    (tmp_path / "queries").mkdir()
    for name in ("1.jpg", "2.jpg"):
        (tmp_path / "queries" / name).write_bytes(name.encode())
    return tmp_path


def labelled(folder: Path, *lines: str, head: str = "query,relevant_entity_id") -> Path:
    """A labelled file in the folder."""
    path = folder / "labels.csv"
    path.write_text("\n".join([head, *lines, ""]), encoding="utf-8")
    return path


def test_should_read_paths_and_entity_ids(folder: Path) -> None:
    path = labelled(folder, "queries/1.jpg,b", "a,c", "queries/1.jpg,a", "queries/2.jpg,")
    first, second, third = read_labelled(path, CATALOGUE)
    assert first.query == str(folder / "queries" / "1.jpg")
    assert (first.expected, first.excluded) == (("a", "b"), frozenset())
    assert (second.query, second.expected) == ("a", ("c",))
    assert second.excluded == {"a"}
    assert third.expected == ()


def test_should_let_a_catalogue_picture_find_itself_if_the_file_says_so(folder: Path) -> None:
    (question,) = read_labelled(labelled(folder, "a,a", "a,b"), CATALOGUE)
    assert (question.expected, question.excluded) == (("a", "b"), frozenset())


def test_should_accept_further_columns_in_any_order(folder: Path) -> None:
    path = labelled(folder, "x, b ,queries/1.jpg", head="note,relevant_entity_id,query")
    (question,) = read_labelled(path, CATALOGUE)
    assert question.expected == ("b",)


def test_should_ask_again_if_the_file_of_a_query_has_changed(folder: Path) -> None:
    path = labelled(folder, "queries/1.jpg,b")
    (before,) = read_labelled(path, CATALOGUE)
    (folder / "queries" / "1.jpg").write_bytes(b"another picture")
    (after,) = read_labelled(path, CATALOGUE)
    assert before.key != after.key


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["queries/3.jpg,a"], "line 2: 'queries/3.jpg' is neither an entity_id"),
        (["queries/1.jpg,a", "a,zzz"], "line 3: relevant_entity_id 'zzz' is not in the catalogue"),
        ([",a"], "line 2: the query is empty"),
        (["x,y"] * 8, "and 3 more lines"),
        ([], "holds no queries"),
    ],
)
def test_should_list_the_wrong_lines(folder: Path, lines: list[str], said: str) -> None:
    with pytest.raises(BadParameterError, match="labels") as refused:
        read_labelled(labelled(folder, *lines), CATALOGUE)
    assert said in refused.value.detail


def test_should_name_the_columns_that_are_needed(folder: Path) -> None:
    with pytest.raises(BadParameterError, match=r"line 1: .*this file has: query, answer"):
        read_labelled(labelled(folder, head="query,answer"), CATALOGUE)


@pytest.mark.parametrize("content", [b"query,relevant_entity_id\n\xff\xfe,a\n", b""])
def test_should_refuse_a_file_that_is_not_text(folder: Path, content: bytes) -> None:
    path = folder / "labels.csv"
    path.write_bytes(content)
    with pytest.raises(BadParameterError):
        read_labelled(path, CATALOGUE)


def test_should_refuse_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(BadParameterError, match="cannot be read"):
        read_labelled(tmp_path / "none.csv", CATALOGUE)
