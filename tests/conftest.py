"""Fixtures that several kinds of tests share: what takes long to load is loaded once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from lookalike.fingerprint.fingerprinter import PictureFingerprinter
from lookalike.fingerprint.network import Network
from lookalike.images.preparation import PreparedPicture, prepare

pytest_plugins = ["tests.opensearch"]

_SAMPLE_PHOTOS = Path(__file__).parent.parent / "sample" / "photos"


@pytest.fixture(scope="session")
def network() -> Network:
    """The network that `make setup` built."""
    return Network.load()


@pytest.fixture(scope="session")
def fingerprinter(network: Network) -> PictureFingerprinter:
    """The fingerprinter with the real network."""
    return PictureFingerprinter(network)


@pytest.fixture(scope="session")
def sample_pictures() -> tuple[Path, ...]:
    """The 200 photographs of the sample catalogue, by name."""
    return tuple(sorted(_SAMPLE_PHOTOS.glob("*.jpg")))


@pytest.fixture(scope="session")
def prepared_samples(sample_pictures: tuple[Path, ...]) -> Mapping[str, PreparedPicture]:
    """All of them prepared, by file name: about 130 MB. Do not change them."""
    return {path.name: prepare(path.read_bytes()) for path in sample_pictures}
