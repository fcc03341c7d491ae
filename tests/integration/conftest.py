"""A loaded sample catalogue, made once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.processes import SAMPLE, Done, Service, lookalike, serving, some_rows

HELD_OUT = 1
"""How many photographs of the sample, its last ones, are not in the loaded catalogue."""


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    """A data folder with the sample but for its last photograph, and what its import said."""
    folder = tmp_path_factory.mktemp("loaded")
    (folder / "catalogue.csv").write_text(some_rows(200 - HELD_OUT), encoding="utf-8")
    data = folder / "data"
    done = lookalike(
        "import", folder / "catalogue.csv", "--data", data, "--images-root", SAMPLE, "--json"
    )
    return data, done


@pytest.fixture(scope="session")
def loaded_data(loaded: tuple[Path, Done]) -> Path:
    """That data folder; read it, do not write to it."""
    return loaded[0]


@pytest.fixture(scope="session")
def live(loaded_data: Path) -> Iterator[Service]:
    """The service on that folder; ask it, do not change what it holds."""
    with serving(loaded_data, "--images-root", SAMPLE) as running:
        yield running
