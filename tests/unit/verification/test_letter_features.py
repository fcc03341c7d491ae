"""Parts as small as a letter tell one word from another, whatever noise lies over both."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from lookalike.verification.block_comparison import compare_blocks
from lookalike.verification.block_maps import BlockMaps
from lookalike.verification.letter_features import letter_features
from lookalike.verification.pyramid import Pyramid
from lookalike.verification.transforms import IDENTITY
from tests.unit.verification.builders import a_pack

SIDE = 48


def _maps(**maps: object) -> BlockMaps:
    """Of one grey picture with itself, textured all over, unless told otherwise."""
    fields: dict[str, object] = {
        "shown": _all(1),
        "query_texture": _all(20),
        "stored_texture": _all(20),
        "agreement": _all(1),
        "query_rgb": np.full((SIDE, SIDE, 3), 128, np.float32),
        "stored_rgb": np.full((SIDE, SIDE, 3), 128, np.float32),
    }
    return BlockMaps(**(fields | maps))  # type: ignore[arg-type]


def _all(value: float) -> NDArray[np.float32]:
    return np.full((SIDE, SIDE), value, np.float32)


def _with_word(value: float, rest: float = 1) -> NDArray[np.float32]:
    """A line of six parts with this value."""
    values = _all(rest)
    values[20, 10:16] = value
    return values


def _features(maps: BlockMaps | None) -> dict[str, float]:
    return letter_features("letters", maps)


def test_should_be_zero_without_maps() -> None:
    nothing = letter_features("letters", None)
    assert set(nothing) == set(_features(_maps()))
    assert set(nothing.values()) == {0.0}


def test_should_find_the_word_that_was_exchanged() -> None:
    found = _features(_maps(agreement=_with_word(0.1)))
    assert found["letters_fewest_4"] == pytest.approx(0.1, abs=0.01)
    assert found["letters_differing"] == found["letters_differing_part"] == 6
    assert found["letters_opposing"] == 6
    assert found["letters_differing_part_shape"] == pytest.approx(np.log(6))
    assert found["letters_rest_agreement"] == pytest.approx(1)
    assert found["letters_surprise_4"] > 10


def test_should_be_surprised_by_what_stands_out_of_the_noise() -> None:
    """Not by noise that is everywhere, however little agrees under it."""
    noisy = _features(_maps(agreement=_with_word(0.1, rest=0.6)))
    even = _features(_maps(agreement=_all(0.5)))
    clean = _features(_maps(agreement=_with_word(0.1)))
    assert (
        even["letters_surprise_4"] < 1.1 < noisy["letters_surprise_4"] < clean["letters_surprise_4"]
    )


def test_should_not_take_an_overlay_for_another_word() -> None:
    """It adds texture to one picture, where another word is as strong as the first."""
    covered = _maps(agreement=_with_word(0.1), query_texture=_with_word(60, rest=20))
    found = _features(covered)
    assert found["letters_differing"] == 0
    assert found["letters_fewest_4"] == pytest.approx(1)
    assert found["letters_any_fewest"] < 0.5
    assert found["letters_added_part"] == 6
    assert found["letters_removed_part"] == 0


def test_should_tell_another_word_from_a_dyed_part() -> None:
    rgb = np.full((SIDE, SIDE, 3), 128, np.float32)
    rgb[20, 10:16] = (128, 128, 200)
    found = _features(_maps(agreement=_with_word(0.1), query_rgb=rgb))
    assert found["letters_fewest_4"] < 0.2
    assert found["letters_same_colour_fewest"] == pytest.approx(1)
    assert found["letters_differing_part_colour"] == pytest.approx(72)


def test_should_count_few_parts_as_if_all_others_agreed() -> None:
    shown = _all(0)
    shown[20, 10:12] = 1
    found = _features(_maps(agreement=_with_word(0.2), shown=shown))
    assert found["letters_fewest_4"] == pytest.approx((0.2 + 0.2 + 1 + 1) / 4, abs=0.01)
    assert found["letters_surprise_4"] == pytest.approx(5 / 2 * found["letters_surprise_10"])


def test_should_be_surprised_by_nothing_where_nothing_is_shown() -> None:
    found = _features(_maps(shown=_all(0)))
    assert {value for name, value in found.items() if "surprise" in name} == {0.0}


def test_should_look_at_what_is_shown_alone() -> None:
    hidden = _maps(agreement=_with_word(0.1), shown=_with_word(0))
    assert _features(hidden)["letters_differing"] == 0


@pytest.mark.parametrize("quality", [95, 30])
def test_should_tell_flavours_apart(quality: int) -> None:
    """However a copy was saved, it surprises less than another flavour."""
    stored = Pyramid(a_pack("Moon Bean").resize((288, 288), Image.Resampling.LANCZOS))
    same, other = (
        _features(compare_blocks(Pyramid(_saved(a_pack(text), quality)), stored, IDENTITY).letters)
        for text in ("Moon Bean", "Solo Corn")
    )
    assert same["letters_surprise_4"] < 0.6 * other["letters_surprise_4"]
    assert same["letters_fewest_4"] > other["letters_fewest_4"] + 0.3


def _saved(picture: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")
