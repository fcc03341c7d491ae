"""A check that starts cold compiles what it imports: zips hold no bytecode.

So the time until its first answer is in proportion to the source code that starting imports, which,
other than time, is the same on every machine. `docs/performance.md` has the time.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra.function_specs import function_spec
from tests.bundles import bundled
from tests.lambda_environment import ENVIRONMENT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
FIND_SIMILAR = function_spec("find_similar")
LIMIT_BYTES = 11_090_000
"""Of sources that are compiled; 11.085 million with all routes. A new library is worth a
thought: can it be imported where it is needed, or be done without?"""
NEEDLESS = (
    "boto3.dynamodb",
    "lookalike.storage.sqlite.storage",
    "lookalike.storage.memory.storage",
    "lookalike.storage.opensearch.admin",
    "lookalike.storage.sqlite.database",
    "numpy.f2py",
    "numpy.fft",
    "numpy.ma",
    "numpy.polynomial",
    "numpy.random",
    "numpy.testing",
    "onnxruntime.quantization",
    "onnxruntime.tools",
    "onnxruntime.transformers",
    "packaging",
    "pydantic.v1",
)
"""In the zip, and large or telling, but nothing that a check needs."""
START = """
import importlib, json, sys
sys.path[:] = [sys.argv[1], *(path for path in sys.path if "site-packages" not in path)]
importlib.import_module(sys.argv[2])
files = {name: getattr(module, "__file__", None) for name, module in sys.modules.items()}
print(json.dumps(files))
"""


@pytest.fixture(scope="module")
def folder() -> Path:
    """What is in the zip, for this machine."""
    return bundled(FIND_SIMILAR.contents)


@pytest.fixture(scope="module")
def imported(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The files of the zip that a process has imported when it could answer, by module."""
    module = FIND_SIMILAR.handler.removesuffix(".handler")
    started = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-I", "-B", "-c", START, str(folder), module],
        cwd=tmp_path_factory.mktemp("elsewhere"),
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        check=True,
        timeout=300,
    )
    files = json.loads(started.stdout)
    paths = {name: Path(file) for name, file in files.items() if file is not None}
    return {name: path for name, path in paths.items() if path.is_relative_to(folder)}


def test_should_compile_little_when_it_starts(imported: dict[str, Path]) -> None:
    sources = {path for path in imported.values() if path.suffix == ".py"}
    assert sum(path.stat().st_size for path in sources) < LIMIT_BYTES
    assert "lambdas.find_similar.wiring" in imported
    assert "onnxruntime" in imported, "the model is loaded, too"


@pytest.mark.parametrize("module", NEEDLESS)
def test_should_import_nothing_that_no_check_needs(
    module: str, folder: Path, imported: dict[str, Path]
) -> None:
    assert list(folder.glob(f"{module.replace('.', '/')}*")), "else nothing could import it"
    assert module not in imported
