"""Where the network's files are. They are built with the package, by ``scripts.build_backend``."""

from __future__ import annotations

from pathlib import Path

MODEL_PATH = Path(__file__).parent / "model" / "lookalike.onnx"
"""The whole network."""
CELL_MODEL_PATH = MODEL_PATH.with_name("cells.onnx")
"""The first blocks alone: all that places need, and a third of the time."""
