"""Data folders that commands work on."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from lookalike.catalogue.registration import RegisteredImage, Registration, register
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.local.data_folder import open_storage
from tests.builders import a_fingerprint


def stocked(folder: Path) -> Path:
    """A data folder with the products e0, e1 and e2."""
    some = [
        Registration(
            f"e{number}",
            "",
            [RegisteredImage(None, a_fingerprint(number, version=ALGORITHM_VERSION))],
        )
        for number in range(3)
    ]
    with closing(open_storage(folder)) as storage:
        register(storage, some, 1)
    return folder
