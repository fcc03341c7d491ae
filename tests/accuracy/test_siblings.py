"""Pictures in one template stay what they are beside each other: products, and listings of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from lookalike.evaluation.edits import apply
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.images.preparation import prepare
from lookalike.matching.check import CheckOptions, Match
from lookalike.matching.shipped import build_matcher
from tests.accuracy.conftest import storage_of
from tests.images import encoded
from tests.tees import plain_tee, printed_tee, tee_with_banner

TEES: Mapping[str, Image.Image] = {
    "plain": plain_tee(),
    "printed": printed_tee(),
    "banner": tee_with_banner(),
}


EDITS = pytest.mark.parametrize("edit", ["jpeg30", "flip", "crop10", "blur4", "random_quality"])


@EDITS
@pytest.mark.parametrize(("asked", "other"), [("plain", "printed"), ("printed", "plain")])
def test_should_find_a_copy_beside_a_sibling(
    asked: str, other: str, edit: str, fingerprinter: PictureFingerprinter
) -> None:
    first, *_ = _matches([asked, other], apply(edit, TEES[asked], 3), fingerprinter)
    assert first.product.entity_id == asked
    assert first.verdict.is_copy


@EDITS
@pytest.mark.parametrize(
    ("asked", "first"),
    [("plain", {"plain", "banner"}), ("printed", {"printed"})],
    ids=["plain", "printed"],
)
def test_should_find_a_copy_beside_what_bears_a_banner(
    asked: str, first: set[str], edit: str, fingerprinter: PictureFingerprinter
) -> None:
    """The plain shirt under a banner lessens nothing that is said of a copy of either."""
    matches = _matches([asked, "banner"], apply(edit, TEES[asked], 3), fingerprinter)
    found = next(match for match in matches if match.product.entity_id == asked)
    assert matches[0].product.entity_id in first
    assert found.verdict.is_copy
    assert found.probability > 0.9


@pytest.mark.parametrize(
    ("others", "least"), [(["sale"], 10), (["sale", "less"], 6)], ids=["one", "two"]
)
def test_should_find_a_listing_beside_other_listings(
    others: Sequence[str],
    least: int,
    fingerprinter: PictureFingerprinter,
    sample_pictures: Sequence[Path],
) -> None:
    """Each seller has laid a badge over the same corner of one photograph."""
    found = 0
    for path in sample_pictures[:12]:
        photograph = prepare(path.read_bytes()).whole
        listed = {name: prepare(_with_badge(photograph, *BADGES[name])) for name in BADGES}
        storage = storage_of({name: fingerprinter.fingerprint(listed[name]) for name in others})
        matcher = build_matcher(storage, fingerprinter)
        matches = matcher.check(listed["new"], CheckOptions(top=1)).matches
        found += any(match.verdict.is_copy for match in matches)
    assert found >= least


BADGES: Mapping[str, tuple[str, str]] = {
    "sale": ("SALE", "red"),
    "less": ("-30 %", "darkgreen"),
    "new": ("NEW", "navy"),
}
"""Words and colours."""


def _with_badge(photograph: Image.Image, words: str, colour: str) -> bytes:
    listed = photograph.copy()
    side = min(listed.size) // 6
    left, middle = listed.width - 2 * side, side // 2
    draw = ImageDraw.Draw(listed)
    draw.rectangle((left, 0, listed.width, side), colour)
    letters = ImageFont.load_default(size=side / 2)
    draw.text((left + side, middle), words, "white", letters, anchor="mm")
    return encoded(listed, "JPEG")


def _matches(
    names: Sequence[str], query: bytes, fingerprinter: PictureFingerprinter
) -> Sequence[Match]:
    prepared = {name: prepare(encoded(TEES[name], "PNG")) for name in names}
    matcher = build_matcher(
        storage_of({name: fingerprinter.fingerprint(each) for name, each in prepared.items()}),
        fingerprinter,
    )
    return matcher.check(prepare(query), CheckOptions(top=5)).matches
