"""The pictures and synthetic catalogues of the benchmarks."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from lookalike.evaluation.methods.hashes import image_search_hash
from lookalike.fingerprint.deep_hash import DeepHash
from lookalike.fingerprint.layout import LAYOUTS
from lookalike.fingerprint.phash import PHash
from lookalike.fingerprint.signature import decode
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.preparation import prepare
from lookalike.matching.retrieval import in_verification_order
from lookalike.matching.shipped import fingerprinter
from lookalike.storage.sqlite.storage import EmbeddedStorage
from scripts.benchmarks import image_search
from scripts.benchmarks.checks import CheckWorkload, fill
from scripts.benchmarks.imports import sample_catalogue
from scripts.benchmarks.pictures import NATIVE, enlarged, mirrored, photos
from scripts.benchmarks.synthetic_catalogue import NOISE, Packed, noisy, synthetic_pictures


def some_bases() -> Packed:
    source = np.random.default_rng(0)
    return {
        field: source.integers(0, 256, (3, layout.bits // 8), dtype=np.uint8)
        for layout in LAYOUTS.values()
        for field in layout.fields
    }


def test_should_select_photographs_by_size() -> None:
    assert {photo.size for photo in photos(5, NATIVE)} == {NATIVE}


def test_should_enlarge_to_the_requested_size() -> None:
    [photo] = photos(1)
    large = enlarged(photo, (1000, 1500))
    with Image.open(io.BytesIO(large.content)) as image:
        assert (image.size, image.format) == ((1000, 1500), "JPEG")
    assert len(large.content) > len(photo.content)


def test_should_mirror_copies() -> None:
    [photo] = photos(1)
    before, after = (
        np.asarray(image_search.decoded(each.content), np.int16)
        for each in (photo, mirrored(photo))
    )
    assert np.abs(before[:, ::-1] - after).mean() < 5


def test_should_hash_as_image_search_does() -> None:
    """The hash depends on the picture on its white canvas."""
    decoded = image_search.decoded(photos(1)[0].content)
    assert image_search_hash(decoded).shape == (8, 8)
    assert (image_search_hash(decoded) != image_search_hash(decoded.rotate(180))).any()


def test_should_repeat_photographs_with_different_ids() -> None:
    lines = sample_catalogue(3, 2).decode().splitlines()
    assert len(lines) == 7
    assert len({line.split(",")[0] for line in lines}) == 7
    assert len({line.split(",")[2] for line in lines[1:]}) == 3


def test_should_flip_the_requested_share_of_bits() -> None:
    bases = some_bases()
    rows = np.zeros(200, np.intp)
    flipped = np.bitwise_count(
        noisy(bases, rows, np.random.default_rng(1))[DeepHash.layout.name]
        ^ bases[DeepHash.layout.name][rows]
    ).sum()
    assert abs(flipped / (200 * DeepHash.layout.bits) - NOISE) < 0.01


def test_should_generate_the_requested_number_of_distinct_pictures() -> None:
    batches = list(synthetic_pictures(50, some_bases(), np.random.default_rng(1)))
    pictures = [picture for batch in batches for picture in batch]
    assert len({picture.fingerprint_id for picture in pictures}) == 50
    assert all(len(picture.fingerprint.hashes[PHash.layout.name]) == 8 for picture in pictures)


def test_should_leave_the_unrelated_queries_out_of_the_catalogue(tmp_path: Path) -> None:
    """Synthetic pictures have signatures, so that they can be verified."""
    left_out = photos(1)[0]
    storage = EmbeddedStorage(tmp_path, ALGORITHM_VERSION)
    computes = fingerprinter()
    fill(storage, computes, {left_out.name}, CheckWorkload(pictures=6, sample=4))
    query = computes.query(prepare(left_out.content))
    ids = in_verification_order(storage.vectors.nearest(query.rows, 10))
    found = storage.pictures.get_many(ids)
    storage.close()
    assert len(found) == 6
    assert query.fingerprint.fingerprint_id not in found
    assert all(decode(picture.fingerprint.signature) for picture in found.values())
    assert len({picture.fingerprint.signature for picture in found.values()}) == 3
