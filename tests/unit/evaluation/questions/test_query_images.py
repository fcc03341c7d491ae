"""Query images of every kind of question are created, the same each time."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lookalike.evaluation.edits import (
    CHAINS,
    COMPOSITES,
    EDITS,
    HARD_NEGATIVES,
    LISTINGS,
    RANDOM,
    RECOLOURINGS,
)
from lookalike.evaluation.edits.published import PUBLISHED_EDITS
from lookalike.evaluation.questions.query_images import NothingChangedError, QueryImages
from lookalike.evaluation.questions.question import Kind, Question

KINDS = {
    Kind.EDIT: [*EDITS][::20],
    Kind.RANDOM: [*RANDOM][:1],
    Kind.CHAIN: [*CHAINS][:1],
    Kind.COMPOSITE: [*COMPOSITES][:1],
    Kind.UNRELATED: ["grey"],
    Kind.HARD_NEGATIVE: [*HARD_NEGATIVES][:2],
    Kind.LISTING: [*LISTINGS],
    Kind.RECOLOURED: [*RECOLOURINGS][3:4],
    Kind.PUBLISHED: [*PUBLISHED_EDITS],
}


@pytest.fixture(scope="module")
def query_images(
    sample_pictures: tuple[Path, ...], tmp_path_factory: pytest.TempPathFactory
) -> QueryImages:
    """The query images of two photographs and a grey one."""
    grey = tmp_path_factory.mktemp("grey") / "grey.jpg"
    with Image.open(sample_pictures[2]) as opened:
        opened.convert("L").save(grey)
    return QueryImages({"a": sample_pictures[0], "b": sample_pictures[1], "grey": grey})


def test_should_edit_the_reduced_picture(query_images: QueryImages) -> None:
    question = Question(Kind.REDUCED, "random_rendition", "shop", "a", 3)
    sides = []
    for second in ("", "pad_square"):
        image = query_images.query_image(replace(question, second_edit=second))
        with Image.open(io.BytesIO(image)) as opened:
            sides.append(opened.size)
    assert 150 <= max(sides[0]) <= 400
    assert sides[1] == (max(sides[0]), max(sides[0]))


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, names in KINDS.items() for name in names]
)
def test_should_create_the_image_of_a_question(
    kind: Kind, name: str, query_images: QueryImages
) -> None:
    question = Question(kind, name, "shop", "a", 3, other="b")
    image = query_images.query_image(question)
    assert image == query_images.query_image(question)
    assert image != query_images.paths["a"].read_bytes()
    with Image.open(io.BytesIO(image)) as opened:
        assert min(opened.size) >= 64


@pytest.mark.parametrize("kind", [Kind.UNRELATED, Kind.OTHER_COLOUR, Kind.OTHER_VIEW])
def test_should_ask_with_the_original_file_if_nothing_is_edited(
    kind: Kind, query_images: QueryImages
) -> None:
    assert (
        query_images.query_image(Question(kind, "", "shop", "a", 3))
        == query_images.paths["a"].read_bytes()
    )


def test_should_ask_with_files_that_are_not_in_the_catalogue(query_images: QueryImages) -> None:
    path = query_images.paths["b"]
    question = Question(Kind.LABELLED, "", "labels", str(path), 0)
    assert QueryImages({}).query_image(question) == path.read_bytes()


def test_should_apply_a_second_edit_to_a_recolouring(query_images: QueryImages) -> None:
    plain, cropped = (
        Question(Kind.RECOLOURED, "hue180", "shop", "a", 3, second_edit=second_edit)
        for second_edit in ("", "crop10")
    )
    with Image.open(io.BytesIO(query_images.query_image(plain))) as whole:
        width = whole.width
    with Image.open(io.BytesIO(query_images.query_image(cropped))) as part:
        assert part.width == pytest.approx(width * 0.8, abs=1)


def test_should_refuse_a_recolouring_that_is_not_visible(query_images: QueryImages) -> None:
    with pytest.raises(NothingChangedError):
        query_images.query_image(Question(Kind.RECOLOURED, "hue180", "shop", "grey", 3))


def test_should_create_the_counterpart_of_a_hard_negative(query_images: QueryImages) -> None:
    question = Question(Kind.HARD_NEGATIVE, "shared_frame", "shop", "a", 3, other="b")
    stored, query = (
        np.asarray(Image.open(io.BytesIO(image)).convert("RGB"), int)
        for image in (query_images.counterpart_image(question), query_images.query_image(question))
    )
    assert stored.shape == query.shape
    assert np.abs(stored[0] - query[0]).mean() < 8  # the frame
    middle = stored.shape[0] // 2
    assert np.abs(stored[middle] - query[middle]).mean() > 8


def test_should_crop_pad_and_rotate_as_the_published_benchmark_does() -> None:
    picture = Image.new("RGB", (200, 100), "white")
    sizes = {name: change(picture).size for name, change in PUBLISHED_EDITS.items()}
    assert sizes == {"crop 5 %": (180, 90), "padding 20 %": (200, 140), "rotation 4°": (200, 100)}
