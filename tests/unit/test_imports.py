"""Importing the packages does nothing, and brings in only what production has."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
IMPORT_EVERYTHING = """
import importlib, json, pkgutil, sys, threading

events = []

def watch(event, arguments):
    opened = event == "open" and str(arguments[0])
    written = opened and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
    ours = opened and opened.endswith((".onnx", "calibration.json", ".npz", ".csv"))
    if event in {"socket.connect", "socket.getaddrinfo", "sqlite3.connect", "subprocess.Popen"}:
        events.append(event)
    if written or ours:
        events.append(f"open {opened}")

sys.addaudithook(watch)
names = []
for package in sys.argv[1:]:
    root = importlib.import_module(package)
    for module in pkgutil.walk_packages(root.__path__, package + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
            names.append(module.name)
print(json.dumps({
    "names": names,
    "events": events,
    "threads": threading.active_count(),
    "loaded": sorted({name.split(".")[0] for name in sys.modules}),
}))
"""


def _imported(*packages: str) -> dict[str, object]:
    """What happened when a fresh process imported every module of these packages."""
    answer = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-B", "-c", IMPORT_EVERYTHING, *packages],
        cwd=ROOT,
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    found: dict[str, object] = json.loads(answer.stdout)
    return found


@pytest.fixture(scope="module")
def production() -> dict[str, object]:
    """All of what runs in production: measuring accuracy does not."""
    rooms = sorted(path.parent.name for path in ROOT.glob("lookalike/*/__init__.py"))
    return _imported("lambdas", *(f"lookalike.{room}" for room in rooms if room != "evaluation"))


def test_should_import_without_any_environment(production: dict[str, object]) -> None:
    names = production["names"]
    assert isinstance(names, list)
    assert len(names) > 50


def test_should_touch_no_file_network_or_process_when_imported(
    production: dict[str, object],
) -> None:
    assert production["events"] == []
    assert production["threads"] == 1


@pytest.mark.parametrize(
    "package", ["torch", "onnxruntime", "cv2", "scipy", "onnx", "sklearn", "imagehash"]
)
def test_should_not_load_in_production(package: str, production: dict[str, object]) -> None:
    loaded = production["loaded"]
    assert isinstance(loaded, list)
    assert {"numpy", "PIL", "threadpoolctl"} <= set(loaded)
    assert package not in loaded


@pytest.mark.slow
def test_should_never_load_torch() -> None:
    """Not even where the network is built and measured."""
    loaded = _imported("lambdas", "lookalike", "scripts")["loaded"]
    assert isinstance(loaded, list)
    assert "torch" not in loaded


@pytest.mark.slow
def test_should_load_opencv_only_to_measure() -> None:
    loaded = _imported("lambdas", "lookalike.cli", "lookalike.local", "scripts.model")["loaded"]
    assert isinstance(loaded, list)
    assert "cv2" not in loaded
