"""More effort finds what less effort misses, and says where in the query it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from lookalike import Catalogue, Effort, compare
from lookalike.matching.finding import Outline, Verdict

PHOTOS = sorted((Path(__file__).parents[3] / "sample" / "photos").glob("*.jpg"))
CROP = (0.12, 0.1, 0.9, 0.92)
"""Left, top, right and bottom of what a cropped query shows."""
SHARE = 0.35
PLACE = (0.55, 0.4)
"""Of a pasted picture: its share of the sides, and its left and top."""


@pytest.fixture(scope="module")
def catalogue() -> Iterator[Catalogue]:
    """Ten photographs."""
    with Catalogue() as filled:
        filled.add_many({photo.stem: photo for photo in PHOTOS[:10]})
        yield filled


def photo(number: int) -> Image.Image:
    with Image.open(PHOTOS[number]) as opened:
        return opened.convert("RGB")


def cropped(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    left, top, right, bottom = CROP
    return picture.crop(
        (round(left * width), round(top * height), round(right * width), round(bottom * height))
    )


def pasted(onto: int = 20) -> Image.Image:
    """The first photograph on another one, which by default is not in the catalogue."""
    canvas = photo(onto)
    size = (round(SHARE * canvas.width), round(SHARE * canvas.height))
    left, top = (round(p * side) for p, side in zip(PLACE, canvas.size, strict=True))
    canvas.paste(photo(0).resize(size), (left, top))
    return canvas


def turned_on(onto: int) -> Image.Image:
    """The first photograph on another one, turned clockwise by 25 degrees."""
    canvas = photo(onto)
    card = photo(0).resize((round(0.4 * canvas.width), round(0.4 * canvas.height)))
    card = card.convert("RGBA").rotate(-25, Image.Resampling.BICUBIC, expand=True)
    canvas.paste(card, (canvas.width // 3, canvas.height // 4), card)
    return canvas


def box(outline: Outline | None) -> tuple[float, float, float, float]:
    assert outline is not None
    across, down = zip(*outline, strict=True)
    return min(across), min(down), max(across), max(down)


@pytest.mark.parametrize(
    ("turn", "degrees"),
    [
        (Image.Transpose.ROTATE_270, 90),
        (Image.Transpose.ROTATE_180, 180),
        (Image.Transpose.ROTATE_90, 270),
    ],
)
def test_should_say_how_a_cropped_picture_is_turned(
    catalogue: Catalogue, turn: Image.Transpose, degrees: int
) -> None:
    [match] = catalogue.check(cropped(photo(0)).transpose(turn)).matches
    assert match.product.entity_id == PHOTOS[0].stem
    evidence = match.evidence
    assert (evidence.flipped, evidence.rotation) == (False, degrees)
    assert box(evidence.outline_of_query) == pytest.approx((0, 0, 1, 1), abs=0.04)
    assert box(evidence.outline_of_match) == pytest.approx(CROP, abs=0.04)
    assert evidence.area_of_query == pytest.approx(1, abs=0.05)


def test_should_show_the_same_in_each_corner_of_a_turned_crop(catalogue: Catalogue) -> None:
    """Turned clockwise, what was at the left is at the top."""
    query = cropped(photo(0)).transpose(Image.Transpose.ROTATE_270)
    [match] = catalogue.check(query).matches
    left, top, right, bottom = CROP
    pairs = zip(
        match.evidence.outline_of_query or (), match.evidence.outline_of_match or (), strict=True
    )
    for (x, y), seen in pairs:
        place = (left + y * (right - left), top + (1 - x) * (bottom - top))
        assert seen == pytest.approx(place, abs=0.05)


def test_should_find_a_picture_turned_by_any_angle_where_asked_to(catalogue: Catalogue) -> None:
    query = photo(0).rotate(-50, Image.Resampling.BICUBIC, expand=True, fillcolor=(255, 255, 255))
    assert not catalogue.check(query, effort="normal").is_duplicate
    [match] = catalogue.check(query, effort="thorough").matches
    assert match.product.entity_id == PHOTOS[0].stem
    assert match.evidence.rotation == pytest.approx(50, abs=4)


def test_should_find_a_negative_where_asked_to(catalogue: Catalogue) -> None:
    """Less effort finds some, at middling percentages, and not this one."""
    query = ImageOps.invert(photo(2))
    assert not catalogue.check(query, effort="normal").is_duplicate
    [match] = catalogue.check(query, effort="thorough").matches
    assert match.product.entity_id == PHOTOS[2].stem
    assert match.evidence.rotation == 0
    assert box(match.evidence.outline_of_query) == pytest.approx((0, 0, 1, 1), abs=0.02)
    assert compare(query, PHOTOS[2], effort="thorough").probability > 0.5


def test_should_find_a_small_picture_on_another_one_where_asked_to(catalogue: Catalogue) -> None:
    assert not catalogue.check(pasted(), effort="fast").is_duplicate
    [match] = catalogue.check(pasted(), effort="thorough").matches
    assert match.product.entity_id == PHOTOS[0].stem
    seen = box(match.evidence.outline_of_query)
    inside = (PLACE[0], PLACE[1], PLACE[0] + SHARE, PLACE[1] + SHARE)
    assert all(edge > least - 0.03 for edge, least in zip(seen[:2], inside[:2], strict=True))
    assert all(edge < most + 0.03 for edge, most in zip(seen[2:], inside[2:], strict=True))
    assert match.evidence.area_of_query == pytest.approx(
        (seen[2] - seen[0]) * (seen[3] - seen[1]), rel=0.1
    )
    assert (match.evidence.area_of_query or 0) > SHARE**2 / 3


@pytest.mark.parametrize("ground", [5, 8])
def test_should_find_what_is_pasted_onto_a_picture_of_the_catalogue(
    catalogue: Catalogue, ground: int
) -> None:
    """Without thorough effort, the picture behind is the answer."""
    query = pasted(onto=ground)
    both = {PHOTOS[0].stem, PHOTOS[ground].stem}
    assert PHOTOS[0].stem not in {m.product.entity_id for m in catalogue.check(query).matches}
    found = catalogue.check(query, effort="thorough", top=3).matches
    assert PHOTOS[0].stem in {match.product.entity_id for match in found} <= both
    [shown] = [match for match in found if match.product.entity_id == PHOTOS[0].stem]
    inside = (PLACE[0], PLACE[1], PLACE[0] + SHARE, PLACE[1] + SHARE)
    assert box(shown.evidence.outline_of_query) == pytest.approx(inside, abs=0.03)


@pytest.mark.parametrize("ground", [8, 20])
def test_should_find_what_lies_turned_on_another_picture(catalogue: Catalogue, ground: int) -> None:
    """One of the pictures behind it is in the catalogue, and found as well."""
    query = turned_on(ground)
    assert PHOTOS[0].stem not in {m.product.entity_id for m in catalogue.check(query).matches}
    found = catalogue.check(query, effort="thorough", top=3).matches
    names = {PHOTOS[0].stem, PHOTOS[ground].stem} & {product.entity_id for product in catalogue}
    assert {match.product.entity_id for match in found} == names
    [shown] = [match for match in found if match.product.entity_id == PHOTOS[0].stem]
    assert shown.evidence.rotation == pytest.approx(25, abs=3)
    assert shown.evidence.area_of_query == pytest.approx(0.16, abs=0.03)


@pytest.mark.parametrize("degrees", [0, 25])
def test_should_find_a_product_on_wide_white_where_it_was_pasted(degrees: int) -> None:
    """It is a quarter of its stored picture, and all that this has within its border."""
    product = photo(0)
    stored = ImageOps.expand(product, (product.width // 2, product.height // 2), "white")
    query = photo(20)
    card = stored.resize((round(0.6 * query.width), round(0.6 * query.height))).convert("RGBA")
    card = card.rotate(-degrees, Image.Resampling.BICUBIC, expand=True)
    query.paste(card, (query.width // 6, query.height // 6), card)
    with Catalogue() as catalogue:
        catalogue.add("product", stored)
        [match] = catalogue.check(query, effort="thorough").matches
    assert match.verdict is Verdict.EDITED_COPY
    assert match.evidence.area_of_match == pytest.approx(0.25, abs=0.03)


def test_should_say_of_a_picture_what_less_effort_says() -> None:
    """It is asked about in other colours, but for a picture on it that tells less."""
    ground, inset = photo(0), photo(40)
    inset = inset.resize((ground.width // 2, ground.height // 2))
    place = (ground.width // 4, ground.height // 5)
    ground.paste(inset, place)
    levels = np.array(ground.convert("HSV"))
    levels[..., 0] += 90
    recoloured = Image.fromarray(levels, "HSV").convert("RGB")
    recoloured.paste(inset, place)
    with Catalogue() as both:
        both.add("both", ground)
        both.add_many({path.stem: path for path in PHOTOS[90:100]})
        normal, thorough = (
            both.check(recoloured, effort=effort).matches[0] for effort in ("normal", "thorough")
        )
    assert normal.verdict is Verdict.COLOUR_VARIANT
    assert (thorough.verdict, thorough.evidence) == (normal.verdict, normal.evidence)


def test_should_compare_as_thoroughly_as_asked() -> None:
    found = {effort: compare(pasted(), PHOTOS[0], effort=effort).probability for effort in Effort}
    assert found[Effort.FAST] < 0.5 < found[Effort.THOROUGH]
    assert compare(PHOTOS[0], pasted(), effort="thorough").probability > 0.5
