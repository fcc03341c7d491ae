"""One odd picture costs its own answers, not the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookalike.evaluation.answers.runner import Described, Task, asked, described, described_made
from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.questions.query_images import QueryMaker
from lookalike.evaluation.questions.question import Kind, Question

METHODS = ("ours", "phash")


@pytest.fixture(scope="module")
def entries(
    sample_pictures: tuple[Path, ...], tmp_path_factory: pytest.TempPathFactory
) -> list[Entry]:
    """Three photographs and a broken file."""
    broken = tmp_path_factory.mktemp("broken") / "broken.jpg"
    broken.write_bytes(sample_pictures[0].read_bytes()[:900])
    paths = {"broken": broken, **{f"p{n}": sample_pictures[n] for n in range(3)}}
    return [Entry(name, "shop", name, path) for name, path in paths.items()]


@pytest.fixture(scope="module")
def maker(entries: list[Entry]) -> QueryMaker:
    """Of these files, and of one that is not there."""
    paths = {entry.entity_id: entry.path for entry in entries}
    return QueryMaker(paths | {"missing": Path("/does/not/exist.jpg")})


@pytest.fixture(scope="module")
def stored(entries: list[Entry]) -> Described:
    """What both methods store."""
    return described(entries, METHODS, workers=1)


def question(query: str, kind: Kind = Kind.UNRELATED, name: str = "") -> Question:
    """About one picture, with another beside it where the edit wants one."""
    return Question(kind, name, "shop", query, 5, other="p2" if name else "")


def test_should_describe_what_each_method_can_read(stored: Described) -> None:
    assert {method: sorted(found) for method, found in stored.items()} == {
        method: ["p0", "p1", "p2"] for method in METHODS
    }


def test_should_answer_for_every_method(stored: Described, maker: QueryMaker) -> None:
    (answers,) = asked([Task(question("p1"), METHODS)], stored, maker, 1, "Asking")
    assert [answer.method for answer in answers] == [*METHODS]
    assert all(answer.hits[0].entity_id == "p1" for answer in answers)
    assert all(answer.milliseconds > 0 and answer.refused is None for answer in answers)


@pytest.mark.parametrize(
    ("query", "name", "codes"),
    [
        ("broken", "", ["image_corrupt", "method_failed"]),
        ("broken", "crop10", ["image_corrupt", "image_corrupt"]),
        ("missing", "", ["not_made", "not_made"]),
    ],
)
def test_should_note_why_there_is_no_answer(
    query: str, name: str, codes: list[str], stored: Described, maker: QueryMaker
) -> None:
    kind = Kind.EDIT if name else Kind.UNRELATED
    tasks = [Task(question(query, kind, name), METHODS), Task(question("p0"), METHODS)]
    first, second = asked(tasks, stored, maker, 1, "Asking")
    assert [answer.refused for answer in first] == codes
    assert [answer.hits for answer in first] == [(), ()]
    assert all(answer.hits for answer in second)


def test_should_make_the_entries_of_hard_negatives_that_can_be_made(maker: QueryMaker) -> None:
    fine, broken = (question(q, Kind.HARD_NEGATIVE, "shared_logo") for q in ("p0", "broken"))
    made = described_made([fine, broken], maker, METHODS, workers=1)
    assert {method: [*found] for method, found in made.items()} == {
        method: [fine.made_entry] for method in METHODS
    }
