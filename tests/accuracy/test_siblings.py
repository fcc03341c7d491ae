"""Pictures in one template stay what they are beside each other: products, and listings of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from lookalike.evaluation.edits import apply
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.images.preparation import PreparedPicture, prepare
from lookalike.matching.check import CheckOptions, Match
from lookalike.matching.matcher import Matcher
from lookalike.matching.shipped import build_matcher
from tests.accuracy.conftest import storage_of
from tests.images import encoded
from tests.tees import plain_tee, printed_tee, tee_with_banner, tee_with_print

TEES: Mapping[str, Image.Image] = {
    "plain": plain_tee(),
    "printed": printed_tee(),
    "banner": tee_with_banner(),
}


PRINTS = [("white", "red"), ("yellow", "black"), ("black", "green"), ("red", "white")]
PRINTS += [("orange", "navy")]
"""Colours of a square, and of a disc in it."""

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
        matcher = _matcher({name: listed[name] for name in others}, fingerprinter)
        matches = matcher.check(listed["new"], CheckOptions(top=1)).matches
        found += any(match.verdict.is_copy for match in matches)
    assert found >= least


def test_should_call_the_same_duplicates_however_many_matches_are_asked_for(
    fingerprinter: PictureFingerprinter, sample_pictures: Sequence[Path]
) -> None:
    """A picture beside three listings of it; what is asked for alone is no copy of fewer."""
    for path in sample_pictures[:6]:
        photograph = prepare(path.read_bytes())
        stored = {"own": photograph} | {
            name: prepare(_with_badge(photograph.whole, *badge)) for name, badge in BADGES.items()
        }
        matcher = _matcher(stored, fingerprinter)
        query = prepare(apply("crop10", photograph.whole, 3))
        for top in (1, 2, 5, 12):
            assert matcher.check(query, CheckOptions(top=top)).is_duplicate, (path.name, top)


@pytest.mark.parametrize("stored", [["plain", "printed"], ["plain", "printed", "banner"]])
@pytest.mark.parametrize("colours", PRINTS)
def test_should_not_be_sure_of_other_prints(
    stored: Sequence[str], colours: tuple[str, str], fingerprinter: PictureFingerprinter
) -> None:
    """A drawn print is as flat as a sticker, which somebody may have laid over the plain shirt."""
    query = encoded(tee_with_print(*colours), "PNG")
    assert all(each.probability < 0.95 for each in _matches(stored, query, fingerprinter))


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
    matcher = _matcher(prepared, fingerprinter)
    return matcher.check(prepare(query), CheckOptions(top=5)).matches


def _matcher(stored: Mapping[str, PreparedPicture], fingerprinter: PictureFingerprinter) -> Matcher:
    fingerprints = {name: fingerprinter.fingerprint(each) for name, each in stored.items()}
    return build_matcher(storage_of(fingerprints), fingerprinter)
