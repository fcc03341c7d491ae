"""Zips of functions fit into a Lambda, and hold everything that their functions import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from infra.bundling import LIMIT_BYTES, bundle, size
from infra.environments import Target, emulated_environment
from infra.function_specs import BUNDLED, FUNCTIONS, PREPARE_SEARCH, FunctionSpec

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
IMPORT = """
import importlib, sys
sys.path[:] = [sys.argv[1], *(path for path in sys.path if "site-packages" not in path)]
importlib.import_module(sys.argv[2])
"""


def _named(spec: FunctionSpec) -> str:
    return spec.name


@pytest.mark.parametrize("architecture", ["arm64", "x86_64"])
@pytest.mark.parametrize("spec", BUNDLED, ids=_named)
def test_should_fit_into_a_lambda(spec: FunctionSpec, architecture: str) -> None:
    folder = bundle(spec.name, spec.contents, Target(architecture=architecture))
    assert size(folder) < LIMIT_BYTES
    assert (folder / f"{spec.handler.removesuffix('.handler').replace('.', '/')}.py").is_file()


@pytest.mark.parametrize("architecture", ["arm64", "x86_64"])
def test_should_hold_libraries_of_the_machine_that_runs_it(architecture: str) -> None:
    spec = FUNCTIONS[0]
    folder = bundle(spec.name, spec.contents, Target(architecture=architecture))
    libraries = [path.name for path in folder.rglob("*.cpython-*.so")]
    machine = {"arm64": "aarch64", "x86_64": "x86_64"}[architecture]
    assert libraries
    assert all(f"cpython-313-{machine}" in name for name in libraries)


@pytest.mark.parametrize("spec", BUNDLED, ids=_named)
def test_should_import_from_its_zip_alone(spec: FunctionSpec, tmp_path: Path) -> None:
    folder = bundle(spec.name, spec.contents, emulated_environment().target)
    module = spec.handler.removesuffix(".handler")
    imported = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-I", "-B", "-c", IMPORT, str(folder), module],
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert imported.returncode == 0, imported.stderr


def test_should_make_the_same_once() -> None:
    """The same contents are the same folder, which CloudFormation takes for no change."""
    spec, target = PREPARE_SEARCH, emulated_environment().target
    folder = bundle(spec.name, spec.contents, target)
    mark = folder.stat().st_mtime_ns
    assert bundle(spec.name, spec.contents, target) == folder
    assert folder.stat().st_mtime_ns == mark
    assert not list(folder.rglob("RECORD")), "differs from machine to machine"


def test_should_leave_the_model_to_those_who_look_at_pictures() -> None:
    specs = {spec.name: spec for spec in FUNCTIONS}
    suffixes = {
        name: {path.suffix for path in spec.contents.files()} for name, spec in specs.items()
    }
    assert ".onnx" in suffixes["find_similar"]
    assert ".onnx" in suffixes["manage_products"]
    assert ".onnx" not in suffixes["index_pictures"] | suffixes["reconcile_index"]
