"""Fixtures that several kinds of tests share: what takes long to load is loaded once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from typing_extensions import override
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from lookalike.fingerprint.network import Network
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.images.preparation import PreparedPicture, prepare

pytest_plugins = ["tests.opensearch"]

SLOWEST_FIRST = ("e2e", "integration", "accuracy", "contract", "unit")
"""Folders of tests in the order in which they begin: what takes longest must not begin last."""
ONE_PROCESS = ("tests/e2e/", "tests/unit/infra/")
"""Folders whose tests share something large, so that one process runs all of them: a deployment,
and templates, each of which takes seconds to synthesise."""

_TESTS = Path(__file__).parent
_SAMPLE_PHOTOS = _TESTS.parent / "sample" / "photos"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the slowest folders first."""
    items.sort(key=lambda item: SLOWEST_FIRST.index(item.path.relative_to(_TESTS).parts[0]))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Run the tests of a file in one process: what it loads is loaded once."""
    return FileScheduling(config, log)


class FileScheduling(LoadScopeScheduling):  # type: ignore[misc] # pytest-xdist has no types
    """Gives each process a file after the other; the mark ``xdist_group`` fails in pytest 9.2."""

    @override
    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", maxsplit=1)[0]
        return next((folder for folder in ONE_PROCESS if file.startswith(folder)), file)


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
