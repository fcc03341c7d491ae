"""Where two stored pictures differ, a query agrees with the one that it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image, ImageDraw, ImageFilter

from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.verification.features import similarity_features
from lookalike.verification.result import Verification
from lookalike.verification.telling import OnQuery, lacking
from tests.tees import plain_tee
from tests.unit.verification.builders import a_candidate, a_pack

Placed = Callable[[Image.Image, Image.Image], OnQuery]


@pytest.fixture
def placed(fingerprinter: PictureFingerprinter) -> Placed:
    """A stored picture as it lies on a query."""

    def place(stored: Image.Image, query: Image.Image) -> OnQuery:
        candidate = a_candidate(stored, query, fingerprinter)
        verification = candidate.verify()
        found = OnQuery.of(verification, candidate.pyramid, similarity_features(verification))
        assert found
        return found

    return place


def _pack(colour: str, box: tuple[int, int, int, int]) -> Image.Image:
    """A pack with a bar over its lowest field."""
    pack = a_pack("LEMON")
    ImageDraw.Draw(pack).rectangle(box, colour)
    return pack


TALL, WIDE, ROUND = (
    _pack("white", (260, 380, 300, 540)),
    _pack("white", (140, 440, 460, 480)),
    _pack("white", (150, 380, 230, 430)),
)


def test_should_lack_nothing_where_the_query_shows_what_tells(placed: Placed) -> None:
    assert lacking(placed(TALL, TALL), placed(WIDE, TALL)) == pytest.approx(0, abs=0.001)
    assert _lacks_much(placed(TALL, ROUND), placed(WIDE, ROUND))


def test_should_lack_nothing_where_picture_and_query_are_plain(placed: Placed) -> None:
    plain = a_pack("LEMON")
    assert lacking(placed(plain, plain), placed(TALL, plain)) == pytest.approx(0, abs=0.01)
    assert _lacks_much(placed(TALL, plain), placed(plain, plain))
    assert _lacks_much(placed(plain, TALL), placed(TALL, TALL))
    blurred = plain.filter(ImageFilter.GaussianBlur(4))
    assert lacking(placed(plain, blurred), placed(TALL, blurred)) == pytest.approx(0, abs=0.2)


@pytest.mark.parametrize("side", [60, 160, 280, 400])
def test_should_see_how_large_a_print_is_that_a_plain_query_lacks(
    placed: Placed, side: int
) -> None:
    """Of two stored pictures, neither is taken for the other one in another light."""
    plain, printed = plain_tee(), plain_tee()
    left, top = 300 - side // 2, 330 - side // 2
    ImageDraw.Draw(printed).rectangle((left, top, left + side, top + side), "white")
    lacks = lacking(placed(printed, plain), placed(plain, plain))
    assert lacks is not None
    assert lacks > 0.4
    assert lacking(placed(printed, printed), placed(plain, printed)) == pytest.approx(0, abs=0.01)


def test_should_follow_the_query_when_it_is_mirrored_and_cropped(placed: Placed) -> None:
    query = TALL.crop((40, 40, 560, 580)).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    tall, wide = placed(TALL, query), placed(WIDE, query)
    assert lacking(tall, wide) == pytest.approx(0, abs=0.01)
    assert _lacks_much(wide, tall)


def test_should_tell_no_picture_from_one_that_hardly_differs(placed: Placed) -> None:
    assert lacking(placed(TALL, ROUND), placed(TALL, ROUND)) is None


def _lacks_much(stored: OnQuery, other: OnQuery) -> bool:
    found = lacking(stored, other)
    return found is not None and found > 0.5


def test_should_lie_on_no_query_without_pixels(fingerprinter: PictureFingerprinter) -> None:
    candidate = a_candidate(TALL, TALL, fingerprinter)
    verification = candidate.verify()
    for nothing in (
        Verification(verification.distances),
        replace(verification, transform=None),
        replace(verification, blocks=None),
    ):
        assert OnQuery.of(nothing, candidate.pyramid, {"fine_agreement": 1.0}) is None
