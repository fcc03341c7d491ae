"""A fingerprint contains everything that stores and verifiers need of a picture."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import ImageOps

from lookalike.evaluation.edits import apply
from lookalike.fingerprint.analysis import centre_of
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.fingerprint.picture_id import picture_id
from lookalike.fingerprint.signature import decode
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.levels import stretched
from lookalike.images.preparation import prepare
from tests.images import encoded, orientation_exif, picture


def test_should_tell_version_size_and_quality(fingerprinter: PictureFingerprinter) -> None:
    found = fingerprinter.fingerprint(prepare(encoded(picture(300, 400), "PNG")))
    assert found.version == fingerprinter.version == ALGORITHM_VERSION
    assert (found.width, found.height) == (300, 400)
    assert 0 <= found.quality <= 100
    assert found.trim_box == (0, 0, 1, 1)
    assert found.trimmed_area == 1


def test_should_tell_the_size_of_the_original_upright(fingerprinter: PictureFingerprinter) -> None:
    turned = encoded(
        picture(2000, 1500), "JPEG", quality=90, exif=b"Exif\0\0" + orientation_exif(6)
    )
    found = fingerprinter.fingerprint(prepare(turned))
    assert (found.width, found.height) == (1500, 2000)


def test_should_tell_the_trimmed_frame_in_fractions(fingerprinter: PictureFingerprinter) -> None:
    rough = picture(300, 400).effect_spread(20)
    framed = ImageOps.expand(rough, (30, 40, 60, 80), fill="white")
    found = fingerprinter.fingerprint(prepare(encoded(framed, "PNG")))
    assert found.trim_box == pytest.approx((30 / 390, 40 / 520, 330 / 390, 440 / 520), abs=0.004)
    assert found.trimmed_area == pytest.approx(300 * 400 / (390 * 520), abs=0.01)


def test_should_complete_a_deferred_query_with_what_is_known(
    fingerprinter: PictureFingerprinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = prepare(apply("pad_black20", picture(300, 400), seed=0))
    whole = fingerprinter.query(prepared)
    deferred = fingerprinter.deferred_query(prepared)
    assert np.array_equal(deferred.deep, whole.rows["deep"])
    monkeypatch.setattr(Network, "run", None)
    query = deferred.complete()
    assert query.fingerprint == whole.fingerprint
    assert np.array_equal(query.cells, whole.cells)
    assert query.rows.keys() == whole.rows.keys()


def test_should_describe_a_turned_picture_by_its_network_frame(
    fingerprinter: PictureFingerprinter,
) -> None:
    turned = prepare(encoded(picture(300, 400), "PNG")).turned()
    found = fingerprinter.deferred_query(turned)
    seen = fingerprinter.network.run(turned.network_frame)
    assert np.array_equal(found.deep, np.packbits(seen.deep > 0)[None])
    assert found.complete().fingerprint.fingerprint_id == picture_id(turned)


def test_should_query_with_the_fingerprint_that_is_stored(
    fingerprinter: PictureFingerprinter,
) -> None:
    """Without the hashes that only a catalogue picture needs."""
    prepared = prepare(apply("pad_black20", picture(300, 400), seed=0))
    stored = fingerprinter.fingerprint(prepared)
    asked = fingerprinter.query(prepared).fingerprint
    assert asked.fingerprint_id == stored.fingerprint_id
    assert (asked.version, asked.quality) == (stored.version, stored.quality)
    assert (asked.width, asked.height) == (stored.width, stored.height)
    assert asked.trim_box == stored.trim_box
    assert asked.hashes == {name: stored.hashes[name] for name in ("phash", "deep")}
    assert asked.signature == b""


def test_should_take_the_signature_of_the_trimmed_frame(
    fingerprinter: PictureFingerprinter,
) -> None:
    """A frame around a photograph changes neither its cells nor its thumbnail."""
    rough = picture(300, 400).effect_spread(20)
    framed = ImageOps.expand(rough, 40, fill="white")
    prepared = [prepare(encoded(image, "PNG")) for image in (rough, framed)]
    plain, bordered = (decode(fingerprinter.fingerprint(p).signature) for p in prepared)
    assert (plain.codes == bordered.codes).mean() > 0.95
    thumbnails = [np.asarray(s.thumbnail, np.int16) for s in (plain, bordered)]
    assert np.abs(thumbnails[0] - thumbnails[1]).mean() < 10


def test_should_query_with_the_cells_before_they_become_bits(
    fingerprinter: PictureFingerprinter, network: Network
) -> None:
    prepared = prepare(apply("pad_black20", picture(300, 400), seed=0))
    cells = fingerprinter.query(prepared).cells
    signature = decode(fingerprinter.fingerprint(prepared).signature)
    assert cells.tobytes() == network.run(stretched(prepared.trimmed)).cells.tobytes()
    assert (signature.codes == np.where(cells > 0, 1, -1)).all()


def test_should_take_the_middle_70_percent_of_both_sides_for_the_centre() -> None:
    centre = centre_of(picture(200, 100))
    assert centre.size == (140, 70)
    assert centre.tobytes() == picture(200, 100).crop((30, 15, 170, 85)).tobytes()


def test_should_find_a_heavy_crop_by_the_centre(fingerprinter: PictureFingerprinter) -> None:
    photo = picture(300, 400, seed=5)
    stored = fingerprinter.fingerprint(prepare(encoded(photo, "PNG"))).hashes
    crop = prepare(encoded(centre_of(photo), "PNG"))
    assert fingerprinter.fingerprint(crop).hashes["deep"] == stored["deep_centre"]
