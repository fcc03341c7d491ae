"""A loaded sample catalogue, made once."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.integration.processes import SAMPLE, Done, Service, lookalike, serving, some_rows

HELD_OUT = 1
"""How many photographs of the sample, its last ones, are not in the loaded catalogue."""


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    """A data folder with the sample but for its last photograph, and what its import said.

    The first process of a run that needs it imports; each serves a copy of its own.
    """
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "done.json").exists():
            _load(shared)
    data = tmp_path_factory.mktemp("loaded") / "data"
    shutil.copytree(shared / "data", data)
    return data, Done(**json.loads((shared / "done.json").read_text(encoding="utf-8")))


def _load(folder: Path) -> None:
    """Import into ``data``, and write what was said to ``done.json``."""
    (folder / "catalogue.csv").write_text(some_rows(200 - HELD_OUT), encoding="utf-8")
    done = lookalike(
        "import", folder / "catalogue.csv", "--data", folder / "data", "--images-root", SAMPLE,
        "--json",
    )  # fmt: skip
    (folder / "done.json").write_text(json.dumps(asdict(done)), encoding="utf-8")


@pytest.fixture(scope="session")
def loaded_data(loaded: tuple[Path, Done]) -> Path:
    """That data folder; read it, do not write to it."""
    return loaded[0]


@pytest.fixture(scope="session")
def live(loaded_data: Path) -> Iterator[Service]:
    """The service on that folder; ask it, do not change what it holds."""
    with serving(loaded_data, "--images-root", SAMPLE) as running:
        yield running
