from __future__ import annotations

from pathlib import Path

import pytest

from lookalike.errors import BadParameterError
from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.looks.tasks import attribute_task, labelled_task, view_task


def an_entry(name: str, style: str, view: str = "", **attributes: str) -> Entry:
    return Entry(name, "d", f"d:{style}", Path(name), view=view, attributes=attributes)


ENTRIES = [
    an_entry("a1", "A", "main", kind="top", colour="red"),
    an_entry("a2", "A", "main", kind="top", colour="blue"),
    an_entry("a3", "A", "back", kind="top", colour="red"),
    an_entry("b1", "B", "main", kind="top", colour="red"),
    an_entry("c1", "C", "main", kind="shoe", colour="red"),
]


def test_should_take_other_views_of_a_product_for_right_and_ignore_recolourings() -> None:
    questions = {each.query: each for each in view_task(ENTRIES).questions}
    assert questions.keys() == {0, 1, 2}
    assert (questions[0].relevant, questions[0].ignored) == ({2}, {0, 1})
    assert (questions[2].relevant, questions[2].ignored) == ({0, 1}, {2})


def test_should_take_other_products_with_the_same_attributes_for_right() -> None:
    kinds = {each.query: each.relevant for each in attribute_task(ENTRIES, ["kind"]).questions}
    assert kinds == {0: {3}, 1: {3}, 2: {3}, 3: {0, 1, 2}}
    both = attribute_task(ENTRIES, ["kind", "colour"])
    assert {each.query: each.relevant for each in both.questions} == {0: {3}, 2: {3}, 3: {0, 2}}
    assert both.title == "Another product of the same kind and colour"
    with pytest.raises(BadParameterError, match="No product of the catalogue has season"):
        attribute_task(ENTRIES, ["season"])


def test_should_read_labelled_queries_of_the_catalogue(tmp_path: Path) -> None:
    path = tmp_path / "labelled.csv"
    path.write_text("query,relevant_entity_id\na1,b1\na1,c1\nb1,a1\n", "utf-8")
    questions = labelled_task(ENTRIES, path).questions
    assert [(each.query, each.relevant, each.ignored) for each in questions] == [
        (0, {3, 4}, {0}),
        (3, {0}, {3}),
    ]
    (tmp_path / "other.jpg").write_bytes(b"picture")
    path.write_text("query,relevant_entity_id\nother.jpg,b1\n", "utf-8")
    with pytest.raises(BadParameterError, match="with pictures of the catalogue"):
        labelled_task(ENTRIES, path)
