"""A picture is unchanged where it was at most resized or encoded again."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageOps

from lookalike.fingerprint.phash import FORMS
from lookalike.images.preparation import PreparedPicture, prepare
from lookalike.pictures import Fingerprint
from lookalike.verification.block_comparison import compare_blocks
from lookalike.verification.placement import place_query
from lookalike.verification.pyramid import Pyramid
from lookalike.verification.transforms import IDENTITY, Transform, box_to_unit, undoing
from lookalike.verification.unchanged import is_unchanged
from tests.builders import a_fingerprint
from tests.images import encoded
from tests.unit.verification.builders import as_png, cut_out

Change = Callable[[Image.Image], Image.Image]


def _as_jpeg(photo: Image.Image, quality: int) -> Image.Image:
    return Image.open(io.BytesIO(encoded(photo, "JPEG", quality=quality))).convert("RGB")


def _scaled(photo: Image.Image, scale: float) -> Image.Image:
    return photo.resize((round(photo.width * scale), round(photo.height * scale)))


def _with_logo(photo: Image.Image) -> Image.Image:
    result = photo.copy()
    result.paste((250, 40, 40), (20, 20, 110, 80))
    return result


def _with_strokes(photo: Image.Image, transposition: Image.Transpose | None) -> Image.Image:
    """The photograph with black strokes on a small white label."""
    label = Image.new("RGB", (60, 60), "white")
    for x in range(0, 60, 12):
        label.paste((0, 0, 0), (x, 0, x + 6, 60))
    result = photo.copy()
    turned = label.transpose(transposition) if transposition is not None else label
    result.paste(turned, (photo.width // 2, photo.height // 2))
    return result


def _recoloured(photo: Image.Image) -> Image.Image:
    hue, saturation, value = photo.convert("HSV").split()
    turned = hue.point([(level + 40) % 256 for level in range(256)])
    more = saturation.point([min(255, level + 60) for level in range(256)])
    return Image.merge("HSV", (turned, more, value)).convert("RGB")


SAME: dict[str, Change] = {
    "itself": lambda photo: photo,
    "jpeg 90": lambda photo: _as_jpeg(photo, 90),
    "jpeg 50": lambda photo: _as_jpeg(photo, 50),
    "half": lambda photo: _scaled(photo, 0.5),
    "double": lambda photo: _scaled(photo, 2),
    "small and jpeg": lambda photo: _as_jpeg(_scaled(photo, 0.6), 60),
}
CHANGED: dict[str, Change] = {
    "brighter": lambda photo: ImageEnhance.Brightness(photo).enhance(1.2),
    "less contrast": lambda photo: ImageEnhance.Contrast(photo).enhance(0.7),
    "grey": lambda photo: ImageOps.grayscale(photo).convert("RGB"),
    "logo": _with_logo,
    "another colour": _recoloured,
}


def _frame(prepared: PreparedPicture) -> Fingerprint:
    width, height = prepared.whole.size
    left, top, right, bottom = prepared.trim_box
    return replace(
        a_fingerprint(),
        width=prepared.width,
        height=prepared.height,
        trim_box=(left / width, top / height, right / width, bottom / height),
    )


def _is_unchanged(query: Image.Image, stored: Image.Image, transform: Transform = IDENTITY) -> bool:
    """Where the transform takes the whole query onto the whole stored picture."""
    asked, known = (prepare(as_png(image)) for image in (query, stored))
    frames = _frame(asked), _frame(known)
    to_whole, to_trimmed = (box_to_unit(frame.trim_box) for frame in frames)
    trimmed = to_trimmed @ transform @ np.linalg.inv(to_whole)
    thumbnail = known.trimmed.resize((288, 288), Image.Resampling.LANCZOS)
    found = compare_blocks(Pyramid(asked.trimmed), Pyramid(thumbnail), trimmed)
    placed = place_query(trimmed, *frames)
    assert placed is not None
    assert placed.transform == pytest.approx(transform)
    stretch = (query.width / query.height) / (stored.width / stored.height)
    return is_unchanged(placed, found, stretch)


@pytest.mark.parametrize("name", SAME)
@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_should_call_unchanged_what_was_resized_or_encoded_again(
    name: str, number: int, photos: tuple[Image.Image, ...]
) -> None:
    assert _is_unchanged(SAME[name](photos[number]), photos[number])


@pytest.mark.parametrize("name", CHANGED)
@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_should_call_changed_what_has_other_colours_or_something_on_it(
    name: str, number: int, photos: tuple[Image.Image, ...]
) -> None:
    assert not _is_unchanged(CHANGED[name](photos[number]), photos[number])


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_should_call_changed_what_has_another_word_on_a_label(
    number: int, photos: tuple[Image.Image, ...]
) -> None:
    """The mean colours of all blocks are the same."""
    label, other = (
        _with_strokes(photos[number], turn) for turn in (None, Image.Transpose.ROTATE_90)
    )
    assert _is_unchanged(label, label)
    assert not _is_unchanged(other, label)


@pytest.mark.parametrize("cut", [0.03, 0.1])
@pytest.mark.parametrize("side", range(4))
def test_should_call_changed_what_was_cut(
    side: int, cut: float, photos: tuple[Image.Image, ...]
) -> None:
    """At any of the sides, even though all that is left is the same."""
    shares = [0.0, 0.0, 1.0, 1.0]
    shares[side] += cut if side < 2 else -cut
    width, height = photos[0].size
    left, top, right, bottom = shares
    box = (round(left * width), round(top * height), round(right * width), round(bottom * height))
    exact = (box[0] / width, box[1] / height, box[2] / width, box[3] / height)
    assert not _is_unchanged(photos[0].crop(box), photos[0], cut_out(*exact))


@pytest.mark.parametrize("form", FORMS[1:], ids=str)
def test_should_call_changed_what_was_flipped_or_turned(
    form: tuple[bool, int], photos: tuple[Image.Image, ...]
) -> None:
    flipped, rotation = form
    query = ImageOps.mirror(photos[0]) if flipped else photos[0]
    query = query.rotate(-rotation, expand=True)
    assert not _is_unchanged(query, photos[0], undoing(FORMS[FORMS.index(form)]))


@pytest.mark.parametrize("stretch", [0.9, 1.1])
def test_should_call_changed_what_was_stretched(
    stretch: float, photos: tuple[Image.Image, ...]
) -> None:
    query = photos[0].resize((round(photos[0].width * stretch), photos[0].height))
    assert not _is_unchanged(query, photos[0])


def test_should_call_changed_what_has_a_frame(photos: tuple[Image.Image, ...]) -> None:
    framed = ImageOps.expand(photos[0], (40, 53), "white")
    share = (40 / framed.width, 53 / framed.height)
    inner = box_to_unit((*share, 1 - share[0], 1 - share[1]))
    assert not _is_unchanged(framed, photos[0], inner)


def test_should_call_an_unrelated_picture_changed(photos: tuple[Image.Image, ...]) -> None:
    assert not _is_unchanged(photos[1].resize(photos[0].size), photos[0])


def test_should_call_changed_what_is_not_shown(photos: tuple[Image.Image, ...]) -> None:
    found = compare_blocks(Pyramid(photos[0]), Pyramid(photos[0]), cut_out(2, 2, 3, 3))
    whole = replace(a_fingerprint(), width=400, height=533)
    placed = place_query(IDENTITY, whole, whole)
    assert placed is not None
    assert not is_unchanged(placed, found, stretch=1)
