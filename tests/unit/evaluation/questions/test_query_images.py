"""The picture of every kind of question is made, the same each time."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lookalike.evaluation.edits import (
    CHAINS,
    COMPOSITES,
    EDITS,
    HARD_NEGATIVES,
    RANDOM,
    RECOLOURINGS,
)
from lookalike.evaluation.questions.query_images import NothingChangedError, QueryMaker
from lookalike.evaluation.questions.question import Kind, Question
from lookalike.evaluation.scoring.published_figures import PUBLISHED_EDITS

KINDS = {
    Kind.EDIT: [*EDITS][::20],
    Kind.RANDOM: [*RANDOM][:1],
    Kind.CHAIN: [*CHAINS][:1],
    Kind.COMPOSITE: [*COMPOSITES][:1],
    Kind.UNRELATED: ["grey"],
    Kind.HARD_NEGATIVE: [*HARD_NEGATIVES][:2],
    Kind.RECOLOURED: [*RECOLOURINGS][3:4],
    Kind.PUBLISHED: [*PUBLISHED_EDITS],
}


@pytest.fixture(scope="module")
def maker(
    sample_pictures: tuple[Path, ...], tmp_path_factory: pytest.TempPathFactory
) -> QueryMaker:
    """Of two photographs and a grey one."""
    grey = tmp_path_factory.mktemp("grey") / "grey.jpg"
    with Image.open(sample_pictures[2]) as opened:
        opened.convert("L").save(grey)
    return QueryMaker({"a": sample_pictures[0], "b": sample_pictures[1], "grey": grey})


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, names in KINDS.items() for name in names]
)
def test_should_make_the_picture_of_a_question(kind: Kind, name: str, maker: QueryMaker) -> None:
    question = Question(kind, name, "shop", "a", 3, other="b")
    made = maker.query(question)
    assert made == maker.query(question)
    assert made != maker.paths["a"].read_bytes()
    with Image.open(io.BytesIO(made)) as opened:
        assert min(opened.size) >= 64


@pytest.mark.parametrize("kind", [Kind.UNRELATED, Kind.OTHER_COLOUR, Kind.OTHER_VIEW])
def test_should_ask_with_the_file_itself_where_nothing_is_edited(
    kind: Kind, maker: QueryMaker
) -> None:
    assert maker.query(Question(kind, "", "shop", "a", 3)) == maker.paths["a"].read_bytes()


def test_should_ask_with_files_that_are_not_in_the_catalogue(maker: QueryMaker) -> None:
    path = maker.paths["b"]
    question = Question(Kind.LABELLED, "", "labels", str(path), 0)
    assert QueryMaker({}).query(question) == path.read_bytes()


def test_should_edit_a_recolouring_again(maker: QueryMaker) -> None:
    plain, cropped = (
        Question(Kind.RECOLOURED, "hue180", "shop", "a", 3, then=then) for then in ("", "crop10")
    )
    with Image.open(io.BytesIO(maker.query(plain))) as whole:
        width = whole.width
    with Image.open(io.BytesIO(maker.query(cropped))) as part:
        assert part.width == pytest.approx(width * 0.8, abs=1)


def test_should_not_ask_about_a_recolouring_that_does_not_show(maker: QueryMaker) -> None:
    with pytest.raises(NothingChangedError):
        maker.query(Question(Kind.RECOLOURED, "hue180", "shop", "grey", 3))


def test_should_make_what_a_hard_negative_looks_like(maker: QueryMaker) -> None:
    question = Question(Kind.HARD_NEGATIVE, "shared_frame", "shop", "a", 3, other="b")
    stored, query = (
        np.asarray(Image.open(io.BytesIO(made)).convert("RGB"), int)
        for made in (maker.made_entry(question), maker.query(question))
    )
    assert stored.shape == query.shape
    assert np.abs(stored[0] - query[0]).mean() < 8  # the frame
    middle = stored.shape[0] // 2
    assert np.abs(stored[middle] - query[middle]).mean() > 8


def test_should_crop_pad_and_turn_as_the_published_benchmark_does() -> None:
    picture = Image.new("RGB", (200, 100), "white")
    sizes = {name: change(picture).size for name, change in PUBLISHED_EDITS.items()}
    assert sizes == {"crop 5 %": (180, 90), "padding 20 %": (200, 140), "rotation 4°": (200, 100)}
