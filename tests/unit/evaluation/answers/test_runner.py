"""A picture that cannot be used costs its own answers, not the run."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest

from lookalike.evaluation.answers.runner import (
    AnsweringState,
    AnsweringTask,
    StoredPictures,
    answer_tasks,
    describe_counterparts,
    describe_entries,
)
from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.questions.query_images import QueryImages
from lookalike.evaluation.questions.question import Kind, Question
from lookalike.verification.classifier import version_of_models

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
def query_images(entries: list[Entry]) -> QueryImages:
    """The query images of these files, and of one that does not exist."""
    paths = {entry.entity_id: entry.path for entry in entries}
    return QueryImages(paths | {"missing": Path("/does/not/exist.jpg")})


@pytest.fixture(scope="module")
def stored(entries: list[Entry]) -> StoredPictures:
    """What both methods store of the pictures."""
    return describe_entries(entries, METHODS, workers=1)


def question(query: str, kind: Kind = Kind.UNRELATED, name: str = "") -> Question:
    """A question about one picture, with a second picture if there is an edit."""
    return Question(kind, name, "shop", query, 5, other="p2" if name else "")


def test_should_describe_the_pictures_that_each_method_can_read(stored: StoredPictures) -> None:
    assert {method: sorted(found) for method, found in stored.items()} == {
        method: ["p0", "p1", "p2"] for method in METHODS
    }


def test_should_answer_for_every_method(stored: StoredPictures, query_images: QueryImages) -> None:
    (answers,) = answer_tasks(
        [AnsweringTask(question("p1"), METHODS)], AnsweringState(stored, query_images), 1, "Asking"
    )
    assert [answer.method for answer in answers] == [*METHODS]
    assert all(answer.hits[0].entity_id == "p1" for answer in answers)
    assert all(answer.milliseconds > 0 and answer.refused is None for answer in answers)


@pytest.mark.parametrize(
    ("query", "name", "codes"),
    [
        ("broken", "", ["image_corrupt", "method_failed"]),
        ("broken", "crop10", ["image_corrupt", "image_corrupt"]),
        ("missing", "", ["edit_failed", "edit_failed"]),
    ],
)
def test_should_record_why_there_is_no_answer(
    query: str, name: str, codes: list[str], stored: StoredPictures, query_images: QueryImages
) -> None:
    kind = Kind.EDIT if name else Kind.UNRELATED
    tasks = [
        AnsweringTask(question(query, kind, name), METHODS),
        AnsweringTask(question("p0"), METHODS),
    ]
    first, second = answer_tasks(tasks, AnsweringState(stored, query_images), 1, "Asking")
    assert [answer.refused for answer in first] == codes
    assert [answer.hits for answer in first] == [(), ()]
    assert all(answer.hits for answer in second)


def test_should_describe_the_counterparts_that_can_be_created(
    query_images: QueryImages,
) -> None:
    fine, broken = (question(q, Kind.HARD_NEGATIVE, "shared_logo") for q in ("p0", "broken"))
    found = describe_counterparts([fine, broken], query_images, METHODS, workers=1)
    assert {method: [*stored] for method, stored in found.items()} == {
        method: [fine.counterpart] for method in METHODS
    }


@pytest.fixture
def doubting(tmp_path: Path) -> Path:
    """A folder with the shipped models, and a calibration that takes nothing for a copy."""
    for name in ("same_photograph", "recoloured"):
        for kind in ("onnx", "json"):
            file = resources.files("lookalike.verification") / f"{name}.{kind}"
            (tmp_path / file.name).write_bytes(file.read_bytes())
    fitted = {"slope": 1e-6, "intercept": -5, "growth": 0}
    version = {"classifier_version": version_of_models(tmp_path)}
    (tmp_path / "calibration.json").write_text(json.dumps(fitted | version), "utf-8")
    return tmp_path


def test_should_answer_each_domain_with_its_own_models(
    stored: StoredPictures, query_images: QueryImages, doubting: Path
) -> None:
    asked = question("p1", Kind.EDIT, "crop10")
    tasks = [AnsweringTask(each, METHODS) for each in (asked, replace(asked, domain="market"))]
    state = AnsweringState(stored, query_images, models={"market": doubting})
    shop, market = answer_tasks(tasks, state, 1, "Asking")
    assert shop[0].hits[0].score > 0.9
    assert market[0].hits[0].entity_id == "p1"
    assert market[0].hits[0].score == pytest.approx(1 / (1 + math.exp(5)), abs=1e-3)
    assert market[1].hits == shop[1].hits
