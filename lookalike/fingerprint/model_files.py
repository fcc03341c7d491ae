"""Paths of the network's files, which ``scripts.build_backend`` builds with the package."""

from __future__ import annotations

from pathlib import Path

MODEL_PATH = Path(__file__).parent / "model" / "lookalike.onnx"
"""The whole network."""
CELL_MODEL_PATH = MODEL_PATH.with_name("cells.onnx")
"""The first blocks of the network alone, which describe cells in a third of the time."""
