"""A catalogue of sample photographs, and those to ask about.

The shipped models were fitted to these photographs, too, so tests show that nothing has become
worse, and say nothing about shops that took no part: docs/accuracy.md does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from lookalike.evaluation.split import Half, assigned_half
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.matcher import Matcher
from lookalike.matching.shipped import build_matcher
from lookalike.pictures import Fingerprint, Picture
from lookalike.products import Product
from lookalike.storage.memory.storage import MemoryStorage

INDEXED = 120


@pytest.fixture(scope="package")
def matcher(
    prepared_samples: Mapping[str, PreparedPicture], fingerprinter: PictureFingerprinter
) -> Matcher:
    """A matcher on the first sample photographs, under their file names."""
    pictures = {
        name: fingerprinter.fingerprint(prepared_samples[name])
        for name in sorted(prepared_samples)[:INDEXED]
    }
    return build_matcher(storage_of(pictures), fingerprinter)


def storage_of(pictures: Mapping[str, Fingerprint]) -> MemoryStorage:
    """A catalogue in which each name is a product with that picture."""
    storage = MemoryStorage(ALGORITHM_VERSION)
    storage.pictures.put_many([Picture(each, last_seen=0) for each in pictures.values()])
    storage.products.put_many(
        [Product(name, name, None, each.fingerprint_id) for name, each in pictures.items()]
    )
    return storage


@pytest.fixture(scope="package")
def known(sample_pictures: tuple[Path, ...]) -> list[Path]:
    """Photographs of the catalogue."""
    return _of_report(sample_pictures[:INDEXED])


@pytest.fixture(scope="package")
def unknown(sample_pictures: tuple[Path, ...]) -> list[Path]:
    """Photographs that are not in the catalogue."""
    return _of_report(sample_pictures[INDEXED:])


def _of_report(paths: Sequence[Path]) -> list[Path]:
    return [path for path in paths if assigned_half(f"SKU-{path.stem[:8]}") is Half.REPORT]
