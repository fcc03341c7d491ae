"""A query has views in every form in which it may show a stored picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageOps

from lookalike.fingerprint.phash import FORMS, Form
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.fingerprint.signature import textured_cells
from lookalike.fingerprint.stored_query import stored_query
from lookalike.images.limits import MAX_ASPECT
from lookalike.images.preparation import prepare
from lookalike.pictures import Picture
from lookalike.verification.candidate import Candidate
from lookalike.verification.features import similarity_features
from lookalike.verification.query import COARSE_PIXELS, QueryPicture, trimmed_sides
from tests.builders import a_fingerprint
from tests.images import encoded, picture

UPRIGHT = FORMS[0]


def _asked(image: Image.Image, fingerprinter: PictureFingerprinter) -> QueryPicture:
    prepared = prepare(encoded(image, "PNG"))
    return QueryPicture(prepared, fingerprinter.query(prepared), fingerprinter.network)


def _in_form(image: Image.Image, form: Form) -> Image.Image:
    mirrored = ImageOps.mirror(image) if form.flipped else image
    return mirrored.rotate(-form.rotation, expand=True)


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_should_undo_the_form_of_a_turned_picture(
    form: Form, photos: tuple[Image.Image, ...], fingerprinter: PictureFingerprinter
) -> None:
    stored = _asked(photos[0], fingerprinter)
    query = _asked(_in_form(photos[0], form), fingerprinter)
    alike = np.einsum("ij,ij->i", query.fine(form).codes, stored.fine(UPRIGHT).codes)
    assert np.median(alike) > 0.95
    assert (query.fine(form).textured == stored.fine(UPRIGHT).textured).mean() > 0.97
    assert query.sides(form) == pytest.approx(stored.sides(UPRIGHT))


def test_should_have_fine_and_coarse_cells(
    photos: tuple[Image.Image, ...], fingerprinter: PictureFingerprinter
) -> None:
    query = _asked(photos[0], fingerprinter)
    for form in FORMS[:2]:
        fine, coarse = query.fine(form), query.coarse(form)
        assert (fine.side, coarse.side) == (28, 18)
        assert fine.codes.shape == (784, 64)
        assert coarse.codes.shape == (324, 64)
        assert len(fine.textured) == 784
        assert len(coarse.textured) == 324
        assert query.fine(form) is fine
        assert query.coarse(form) is coarse


def test_should_see_what_the_network_saw(fingerprinter: PictureFingerprinter) -> None:
    """The frame without its border, its levels stretched."""
    flat = Image.eval(picture(300, 400), lambda level: 100 + level // 8)
    prepared = prepare(encoded(ImageOps.expand(flat, 40, fill="white"), "PNG"))
    query = QueryPicture(prepared, fingerprinter.query(prepared), fingerprinter.network)
    seen = prepared.network_frame
    assert np.array_equal(
        query.coarse(UPRIGHT).codes, fingerprinter.network.cells(seen, COARSE_PIXELS)
    )
    mirrored = fingerprinter.network.cells(ImageOps.mirror(seen))
    assert np.array_equal(query.fine(FORMS[1]).codes, mirrored)


def test_should_take_the_cells_that_were_computed_already(
    fingerprinter: PictureFingerprinter,
) -> None:
    query = _asked(picture(300, 400), fingerprinter)
    assert query.fine(UPRIGHT).codes is query.fingerprint.cells


def test_should_use_the_frame_without_its_border(
    photos: tuple[Image.Image, ...], fingerprinter: PictureFingerprinter
) -> None:
    framed = _asked(ImageOps.expand(photos[0], 60, "white"), fingerprinter)
    assert framed.sides(UPRIGHT) == pytest.approx(photos[0].size, abs=3)
    assert framed.sides(Form(flipped=False, rotation=90)) == framed.sides(UPRIGHT)[::-1]
    plain = textured_cells(photos[0])
    assert (framed.fine(UPRIGHT).textured == plain).mean() > 0.95


def test_should_tell_the_sides_of_a_trimmed_frame() -> None:
    frame = replace(a_fingerprint(), width=400, height=200, trim_box=(0.1, 0.25, 0.6, 0.75))
    assert trimmed_sides(frame) == pytest.approx((200, 100))


def test_should_show_no_more_pixels_than_a_stored_picture_had(
    fingerprinter: PictureFingerprinter,
) -> None:
    """Its thumbnail is enlarged to be a query."""
    stored = fingerprinter.fingerprint(prepare(encoded(picture(150, 200), "PNG")))
    small = QueryPicture(*stored_query(stored), fingerprinter.network)
    assert small.frame.size == (288, 384)
    assert small.pyramid.pixels == (150, 200)


def test_should_be_as_fine_against_a_stored_picture_as_that_is_against_it(
    photos: tuple[Image.Image, ...], fingerprinter: PictureFingerprinter
) -> None:
    """Whichever of two stored pictures is the query."""
    large, small = (
        Picture(fingerprinter.fingerprint(prepare(encoded(each, "PNG"))), last_seen=0)
        for each in (photos[0], photos[0].resize((150, 200), Image.Resampling.LANCZOS))
    )
    found = []
    for first, second in ((large, small), (small, large)):
        query = QueryPicture(*stored_query(first.fingerprint), fingerprinter.network)
        found.append(similarity_features(Candidate(second, query).verify()))
    one, other = found
    assert one["fineness"] == pytest.approx(150 / 288, rel=0.03)
    assert one["fineness"] == pytest.approx(other["fineness"], rel=0.03)
    assert one["fine_agreement"] == pytest.approx(other["fine_agreement"], abs=0.05)


@pytest.mark.parametrize(
    ("width", "trim_box"),
    [(1000, (0.0, 0.0, 1.0, 1.0)), (1, (0.0, 0.0, 1e-7, 1.0)), (1, (0.0, 0.0, 5e-324, 1.0))],
)
def test_should_ask_about_no_longer_frame_than_pictures_have(
    width: int,
    trim_box: tuple[float, float, float, float],
    fingerprinter: PictureFingerprinter,
) -> None:
    """An imported fingerprint can say any size."""
    stored = fingerprinter.fingerprint(prepare(encoded(picture(150, 200), "PNG")))
    long = replace(stored, width=width, height=2**31 - 1, trim_box=trim_box)
    asked, _ = stored_query(long)
    assert asked.trimmed.size == (288, 288 * MAX_ASPECT)
