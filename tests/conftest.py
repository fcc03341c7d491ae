"""Fixtures that several kinds of tests share: what takes long to load is loaded once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from lookalike.fingerprint.fingerprinter import PictureFingerprinter
from lookalike.fingerprint.network import Network
from lookalike.images.preparation import PreparedPicture, prepare

pytest_plugins = ["tests.opensearch"]

SLOWEST_FIRST = ("e2e", "integration", "accuracy", "contract", "unit")
"""Folders of tests in the order in which they begin: what takes longest must not begin last."""
ONE_DEPLOYMENT = ("e2e",)
"""Folders whose tests share something large, so that one process runs all of them."""

_TESTS = Path(__file__).parent
_SAMPLE_PHOTOS = _TESTS.parent / "sample" / "photos"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests of a file in one process, and the slowest folders first."""
    items.sort(key=lambda item: SLOWEST_FIRST.index(_folder(item)))
    for item in items:
        together = _folder(item) if _folder(item) in ONE_DEPLOYMENT else str(item.path)
        item.add_marker(pytest.mark.xdist_group(together))


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(_TESTS).parts[0]


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
