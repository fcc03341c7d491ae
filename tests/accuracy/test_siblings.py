"""A plain product beside a printed one in the same template stays what it is, and so does that."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from PIL import Image, ImageDraw, ImageFilter

from lookalike.evaluation.edits import apply
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.images.preparation import prepare
from lookalike.matching.check import CheckOptions
from lookalike.matching.shipped import build_matcher
from tests.accuracy.conftest import storage_of
from tests.images import encoded

OUTLINE = [(150, 100), (240, 70), (360, 70), (450, 100), (570, 220), (500, 290), (450, 240)]
OUTLINE += [(450, 640), (150, 640), (150, 240), (100, 290), (30, 220)]
SEAMS = [(150, 620, 450, 620), (150, 240, 170, 150), (450, 240, 430, 150)]


def _tee() -> Image.Image:
    tee = Image.new("RGB", (600, 700), "white")
    draw = ImageDraw.Draw(tee)
    draw.polygon(OUTLINE, "slateblue")
    draw.arc((240, 20, 360, 130), 0, 180, "midnightblue", 6)
    for seam in SEAMS:
        draw.line(seam, "midnightblue", 3)
    return tee.filter(ImageFilter.GaussianBlur(1))


def _printed() -> Image.Image:
    tee = _tee()
    draw = ImageDraw.Draw(tee)
    draw.ellipse((220, 220, 380, 380), "white")
    draw.rectangle((260, 260, 340, 340), "red")
    return tee


def _with_banner() -> Image.Image:
    tee = _tee()
    ImageDraw.Draw(tee).rectangle((0, 600, 600, 700), "darkgreen")
    return tee


TEES: Mapping[str, Image.Image] = {
    "plain": _tee(),
    "printed": _printed(),
    "banner": _with_banner(),
}


@pytest.mark.parametrize("edit", ["jpeg30", "flip", "crop10", "blur4", "random_quality"])
@pytest.mark.parametrize(
    ("asked", "other"),
    [("plain", "printed"), ("printed", "plain"), ("plain", "banner"), ("printed", "banner")],
)
def test_should_find_a_copy_beside_a_sibling(
    asked: str, other: str, edit: str, fingerprinter: PictureFingerprinter
) -> None:
    prepared = {name: prepare(encoded(TEES[name], "PNG")) for name in (asked, other)}
    matcher = build_matcher(
        storage_of({name: fingerprinter.fingerprint(each) for name, each in prepared.items()}),
        fingerprinter,
    )
    query = prepare(apply(edit, TEES[asked], 3))
    [first] = matcher.check(query, CheckOptions(top=1)).matches
    assert first.product.entity_id == asked
    assert first.verdict.is_copy
