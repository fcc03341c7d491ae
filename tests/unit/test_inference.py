"""Models and the arithmetic around them keep to one core, and report to nobody."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from threadpoolctl import threadpool_info

from lookalike.fingerprint.model_files import MODEL_PATH
from lookalike.inference import inference_session

ROOT = Path(__file__).parents[2]
RUN_A_MODEL = """
from lookalike.fingerprint.model_files import MODEL_PATH
from lookalike.inference import inference_session
inference_session(MODEL_PATH.read_bytes())
"""


@pytest.mark.usefixtures("network")
def test_should_keep_numpy_to_one_core_where_a_model_runs() -> None:
    """Libraries that tests load later, such as SciPy and OpenCV, have a BLAS of their own."""
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    assert {pool["num_threads"] for pool in pools if "numpy" in pool["filepath"]} == {1}


def test_should_run_a_model_in_one_thread() -> None:
    options = inference_session(MODEL_PATH.read_bytes()).get_session_options()
    assert options.intra_op_num_threads == options.inter_op_num_threads == 1


def _left_at_home(program: str, home: Path) -> list[str]:
    """Names of what a fresh process with a bare environment leaves in its home folder."""
    subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-B", "-c", program],
        cwd=ROOT,
        env={"PATH": "", "HOME": str(home)},
        check=True,
        timeout=60,
    )
    return sorted(path.name for path in home.rglob("*"))


def test_should_leave_nothing_in_the_home_folder(tmp_path: Path) -> None:
    assert _left_at_home(RUN_A_MODEL, tmp_path) == []


def test_should_find_what_onnxruntime_leaves_there_when_not_told(tmp_path: Path) -> None:
    """Else the test above would hold whatever happens."""
    assert "deviceid" in _left_at_home("import onnxruntime", tmp_path)


@pytest.mark.parametrize("package", ["infra", "lambdas", "lookalike", "scripts", "tests"])
def test_should_load_onnxruntime_in_one_place(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            loads = any(name.partition(".")[0] == "onnxruntime" for name in names)
            assert not loads or path == ROOT / "lookalike" / "inference.py", path
