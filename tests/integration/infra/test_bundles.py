"""Zips of functions fit into a Lambda, and contain everything that their functions import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from infra.bundling import LIMIT_BYTES, Contents, size
from infra.function_specs import ALL_FUNCTIONS, BACKGROUND, FUNCTIONS, PICTURES, ZIPS
from tests.bundles import ARCHITECTURES, bundled, checks_with_faiss

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
IMPORT = """
import importlib, sys
sys.path[:] = [sys.argv[1], *(path for path in sys.path if "site-packages" not in path)]
for module in sys.argv[2:]:
    importlib.import_module(module)
"""


def _named(contents: Contents) -> str:
    return contents.name


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("contents", ZIPS, ids=_named)
def test_should_fit_into_a_lambda(contents: Contents, architecture: str) -> None:
    assert size(bundled(contents, architecture)) < LIMIT_BYTES


def test_should_fit_into_a_lambda_with_faiss() -> None:
    folder = checks_with_faiss()
    assert size(folder) < LIMIT_BYTES
    assert (folder / "faiss").is_dir()


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_should_hold_libraries_of_the_machine_that_runs_it(architecture: str) -> None:
    folder = bundled(PICTURES, architecture)
    libraries = [path.name for path in folder.rglob("*.cpython-*.so")]
    machine = {"arm64": "aarch64", "x86_64": "x86_64"}[architecture]
    assert libraries
    assert all(f"cpython-313-{machine}" in name for name in libraries)


@pytest.mark.parametrize("contents", ZIPS, ids=_named)
def test_should_import_from_its_zip_alone(contents: Contents, tmp_path: Path) -> None:
    folder = bundled(contents)
    handlers = [spec.handler for spec in ALL_FUNCTIONS if spec.contents is contents]
    modules = [handler.removesuffix(".handler") for handler in handlers]
    assert modules
    imported = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-I", "-B", "-c", IMPORT, str(folder), *modules],
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert imported.returncode == 0, imported.stderr


def test_should_bundle_the_same_contents_once() -> None:
    """The same contents are the same folder, which CloudFormation takes for no change."""
    folder = bundled(BACKGROUND)
    mark = folder.stat().st_mtime_ns
    assert bundled(BACKGROUND) == folder
    assert folder.stat().st_mtime_ns == mark
    assert not list(folder.rglob("RECORD")), "differs from machine to machine"


def test_should_bundle_the_model_only_with_functions_that_decode_pictures() -> None:
    specs = {spec.name: spec for spec in FUNCTIONS}
    suffixes = {
        name: {path.suffix for path in spec.contents.files()} for name, spec in specs.items()
    }
    assert ".onnx" in suffixes["find_similar"]
    assert ".onnx" in suffixes["manage_products"]
    assert ".onnx" not in suffixes["index_pictures"] | suffixes["reconcile_index"]
