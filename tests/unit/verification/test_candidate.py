"""Candidates, edited and unrelated, are verified with the real network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageOps

from lookalike.errors import PermanentError
from lookalike.fingerprint.phash import FORMS, Form
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.pictures import Picture
from lookalike.verification.candidate import (
    MAX_HINT_PHASH,
    MAX_SAME_PHASH,
    MIN_LEAD,
    UPRIGHT_FORMS,
    Candidate,
)
from lookalike.verification.cells import CellGrid
from lookalike.verification.features import similarity_features
from lookalike.verification.placement import Placement, place_query
from lookalike.verification.query import QueryPicture
from lookalike.verification.result import Verification
from lookalike.verification.transforms import (
    CORNERS,
    IDENTITY,
    Transform,
    box_to_unit,
    moved,
    undoing,
)
from tests.images import encoded, picture
from tests.unit.verification.builders import a_candidate, cut_out, perspective, seen, turned

Edit = Callable[[Image.Image], tuple[Image.Image, Transform]]
CLOSE = 0.02
"""Share of the stored picture's sides by which a corner may be off."""


def _cropped(photo: Image.Image) -> tuple[Image.Image, Transform]:
    true = cut_out(0.15, 0.1, 0.85, 0.75)
    return seen(photo, true, (round(0.7 * photo.width), round(0.65 * photo.height))), true


def _turned(degrees: float) -> Edit:
    def edit(photo: Image.Image) -> tuple[Image.Image, Transform]:
        true, size = turned(degrees, photo.size)
        return seen(photo, true, size), true

    return edit


def _slanted(photo: Image.Image) -> tuple[Image.Image, Transform]:
    true = perspective([(0.06, 0.02), (0.97, 0.05), (1, 0.96), (0, 0.93)])
    return seen(photo, true), true


def _framed(photo: Image.Image) -> tuple[Image.Image, Transform]:
    wide, high = round(0.15 * photo.width), round(0.1 * photo.height)
    framed = ImageOps.expand(photo, (wide, high), "white")
    inner = (wide / framed.width, high / framed.height)
    return framed, box_to_unit((*inner, 1 - inner[0], 1 - inner[1]))


def _marked(photo: Image.Image) -> tuple[Image.Image, Transform]:
    marked = photo.copy()
    width, height = photo.size
    box = (round(0.3 * width), round(0.4 * height), round(0.6 * width), round(0.55 * height))
    marked.paste((200, 20, 20), box)
    return marked, IDENTITY


EDITS: dict[str, Edit] = {
    "nothing": lambda photo: (photo, IDENTITY),
    "mirrored": lambda photo: (ImageOps.mirror(photo), undoing(FORMS[1])),
    "upside down": lambda photo: (photo.rotate(180), undoing(FORMS[3])),
    "quarter turn": lambda photo: (photo.rotate(-90, expand=True), undoing(FORMS[5])),
    "cropped": _cropped,
    "turned right": _turned(12),
    "turned left": _turned(-12),
    "slanted": _slanted,
    "framed": _framed,
    "logo": _marked,
    "darker": lambda photo: (photo.point([level // 2 for level in range(256)] * 3), IDENTITY),
    "small": lambda photo: (photo.resize((150, 200)), IDENTITY),
}


def _verified(
    stored: Image.Image, query: Image.Image, fingerprinter: PictureFingerprinter
) -> tuple[Verification, Placement]:
    """Verify a photograph against an edited copy of it, as a JPEG."""
    candidate = a_candidate(stored, encoded(query, "JPEG", quality=85), fingerprinter)
    found = candidate.verify()
    assert found.transform is not None
    placed = place_query(
        found.transform, candidate.query.fingerprint.fingerprint, candidate.fingerprint
    )
    assert placed is not None
    return found, placed


@pytest.mark.parametrize("name", EDITS)
@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_should_find_where_an_edited_photograph_lies(
    name: str,
    number: int,
    photos: tuple[Image.Image, ...],
    fingerprinter: PictureFingerprinter,
) -> None:
    query, true = EDITS[name](photos[number])
    found, placed = _verified(photos[number], query, fingerprinter)
    assert np.abs(moved(placed.transform, CORNERS) - moved(true, CORNERS)).max() < CLOSE
    assert found.cells.inlier_share > 0.3
    assert found.blocks is not None
    assert similarity_features(found)["agreement"] > 0.5


def test_should_place_a_photograph_in_strong_perspective(
    photos: tuple[Image.Image, ...], fingerprinter: PictureFingerprinter
) -> None:
    """Alignment refines a homography of the cells; from an affine transform it goes astray."""
    true = perspective([(0.3, 0), (0.75, 0.1), (1, 1), (0, 0.9)])
    _, placed = _verified(photos[1], seen(photos[1], true), fingerprinter)
    assert np.abs(moved(placed.transform, CORNERS) - moved(true, CORNERS)).max() < 0.2


def test_should_tell_how_it_was_turned_and_how_much_is_shared(
    photos: tuple[Image.Image, ...], fingerprinter: PictureFingerprinter
) -> None:
    expected = {
        "mirrored": (True, 0, 1, 1),
        "quarter turn": (False, 90, 1, 1),
        "turned right": (False, 12, 0.7, 1),
        "turned left": (False, 348, 0.7, 1),
        "cropped": (False, 0, 1, 0.455),
        "framed": (False, 0, 0.64, 1),
    }
    for name, (flipped, rotation, of_query, of_match) in expected.items():
        query, _ = EDITS[name](photos[0])
        _, placed = _verified(photos[0], query, fingerprinter)
        assert (placed.flipped, placed.rotation) == (flipped, rotation), name
        assert placed.area_of_query == pytest.approx(of_query, abs=0.02), name
        assert placed.area_of_match == pytest.approx(of_match, abs=0.02), name


def test_should_find_little_in_common_in_unrelated_pictures(
    photos: tuple[Image.Image, ...], fingerprinter: PictureFingerprinter
) -> None:
    for query, stored in ((0, 1), (1, 2), (2, 3), (3, 4), (4, 0)):
        found = a_candidate(photos[stored], photos[query], fingerprinter).verify()
        features = similarity_features(found)
        assert features["inlier_share"] < 0.5
        assert features["agreement"] < 0.5


def test_should_not_compare_blocks_of_clearly_unrelated_pictures(
    photos: tuple[Image.Image, ...], fingerprinter: PictureFingerprinter
) -> None:
    candidates = [
        a_candidate(stored, query, fingerprinter) for query in photos[:3] for stored in photos[3:]
    ]
    found = [candidate.verify() for candidate in candidates]
    assert any(f.blocks is None and f.cells.matches > 0 for f in found)


def test_should_match_nothing_else_where_coarse_cells_are_unlike(
    photos: tuple[Image.Image, ...], fingerprinter: PictureFingerprinter
) -> None:
    """Unless pHashes are near: strong blur weakens cells."""
    candidates = [
        a_candidate(stored, query, fingerprinter) for query in photos[:3] for stored in photos[3:]
    ]
    ended = next(each for each in candidates if each.verify().cells.matches == 0)
    for bits, goes_on in ((MAX_SAME_PHASH, True), (MAX_SAME_PHASH + 1, False)):
        ended.distances = replace(ended.distances, phash=bits, phash_of_others=bits)
        assert (ended.verify().cells.matches > 0) == goes_on


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_should_match_fine_cells_of_copies(
    edit: Edit, photos: tuple[Image.Image, ...], fingerprinter: PictureFingerprinter
) -> None:
    query, _ = edit(photos[0])
    assert a_candidate(photos[0], query, fingerprinter).verify().cells.matches > 0


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        ((4, MIN_LEAD, FORMS[1]), {FORMS[1]}),
        ((4, MIN_LEAD, FORMS[5]), {FORMS[5]}),
        ((4, MIN_LEAD - 1, FORMS[1]), {*UPRIGHT_FORMS}),
        ((4, MIN_LEAD - 1, FORMS[5]), {*UPRIGHT_FORMS, FORMS[5]}),
        ((MAX_HINT_PHASH, MIN_LEAD, FORMS[5]), {FORMS[5]}),
        ((MAX_HINT_PHASH + 1, MIN_LEAD, FORMS[5]), {*UPRIGHT_FORMS}),
    ],
)
def test_should_match_cells_in_one_form_where_phashes_leave_no_doubt(
    hint: tuple[int, int, Form],
    expected: set[Form],
    photos: tuple[Image.Image, ...],
    fingerprinter: PictureFingerprinter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each form costs runs of the network. A hint is a distance, its lead, and the form."""
    phash, lead, nearest = hint
    asked: list[Form] = []
    coarse = QueryPicture.coarse

    def recorded(query: QueryPicture, form: Form) -> CellGrid:
        asked.append(form)
        return coarse(query, form)

    candidate = a_candidate(photos[0], photos[0], fingerprinter)
    candidate.distances = replace(
        candidate.distances, phash=phash, phash_of_others=phash + lead, form=nearest
    )
    monkeypatch.setattr(QueryPicture, "coarse", recorded)
    candidate.verify()
    assert set(asked) == expected


PLAIN = {
    "white": Image.new("RGB", (300, 400), "white"),
    "gradient": Image.linear_gradient("L").convert("RGB"),
    "stripes": Image.fromarray(np.tile(np.array([0, 200], np.uint8).repeat(5), (300, 30))).convert(
        "RGB"
    ),
    "tiny": picture(16, 16),
    "wide": picture(1200, 60),
}


@pytest.mark.parametrize("query", PLAIN)
@pytest.mark.parametrize("stored", PLAIN)
def test_should_verify_pictures_that_show_nothing(
    query: str, stored: str, fingerprinter: PictureFingerprinter
) -> None:
    """Patterns and plain pictures give finite features, too."""
    found = a_candidate(PLAIN[stored], PLAIN[query], fingerprinter).verify()
    assert np.isfinite(list(similarity_features(found).values())).all()
    assert found.transform is None or np.isfinite(found.transform).all()


def test_should_be_the_same_each_time(
    photos: tuple[Image.Image, ...], fingerprinter: PictureFingerprinter
) -> None:
    query, _ = EDITS["cropped"](photos[0])
    first, second = (
        similarity_features(a_candidate(photos[0], query, fingerprinter).verify()) for _ in range(2)
    )
    assert first == second


def test_should_verify_cells_that_are_all_opposite(
    photos: tuple[Image.Image, ...], fingerprinter: PictureFingerprinter
) -> None:
    """One cell with texture in each picture, and these as different as can be."""
    candidate = a_candidate(photos[0], photos[1], fingerprinter)
    codes = candidate.query.coarse(UPRIGHT_FORMS[0]).codes
    one = np.zeros(len(codes), np.bool_)
    one[160] = True
    for form in UPRIGHT_FORMS:
        grid = candidate.query.coarse(form)
        candidate.query._coarse[form] = replace(grid, textured=one)
    opposite = -np.sign(sum(candidate.query.coarse(form).codes[160] for form in UPRIGHT_FORMS))
    single = np.zeros(784, np.bool_)
    single[400] = True
    candidate.cells = replace(candidate.cells, codes=np.tile(opposite, (784, 1)), textured=single)
    near = MAX_SAME_PHASH
    candidate.distances = replace(candidate.distances, phash=near, phash_of_others=near)
    assert candidate.verify().cells.matches > 0


def test_should_refuse_a_stored_picture_with_a_broken_signature(
    photos: tuple[Image.Image, ...], fingerprinter: PictureFingerprinter
) -> None:
    candidate = a_candidate(photos[0], photos[0], fingerprinter)
    for signature in (b"", candidate.fingerprint.signature[:7000]):
        broken = Picture(replace(candidate.fingerprint, signature=signature), last_seen=0)
        with pytest.raises(PermanentError, match="cannot be read"):
            Candidate(broken, candidate.query).verify()
