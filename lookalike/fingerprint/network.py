"""The neural network behind the deep hash: EfficientNet-Lite0 with two projections, in ONNX.

Its two files are built with the package (``scripts.model.build``) from the published weights; their
digest is pinned in ``version`` and is part of the algorithm version.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lookalike.errors import PermanentError
from lookalike.fingerprint.model_files import CELL_MODEL_PATH, MODEL_PATH
from lookalike.fingerprint.version import MODEL_SHA256
from lookalike.images.network_frame import NETWORK_PIXELS, network_square
from lookalike.inference import inference_session

_REMEDY = "Install Lookalike anew; in its source folder: make clean run"


class ModelMissingError(PermanentError):
    """A file of the network is missing, or belongs to another algorithm version."""

    code = "model_missing"
    title = "Model missing"


@dataclass(frozen=True, slots=True)
class NetworkOutput:
    """The network's output for a view.

    Attributes:
        deep: describes the whole view, shape (512,); the signs are the bits of the deep hash.
        cells: describe 28 x 28 places row by row, shape (784, 64), rows of unit length.
    """

    deep: NDArray[np.float32]
    cells: NDArray[np.float32]


class Network:
    """Runs the network on one core. Several threads may call it at once."""

    def __init__(self, whole: bytes, first_blocks: bytes) -> None:
        self._whole = inference_session(whole)
        self._first_blocks = inference_session(first_blocks)

    @classmethod
    def load(cls, path: Path = MODEL_PATH, cell_path: Path = CELL_MODEL_PATH) -> Network:
        """Load the network from its files.

        Raises:
            ModelMissingError: a file is missing, or their digest is not ``MODEL_SHA256``.
        """
        for each in (path, cell_path):
            if not each.exists():
                raise ModelMissingError(f"{each.name} is missing. {_REMEDY}")
        contents = path.read_bytes(), cell_path.read_bytes()
        if hashlib.sha256(b"".join(contents)).hexdigest() != MODEL_SHA256:
            both = f"{path.name} and {cell_path.name}"
            raise ModelMissingError(f"{both} are of another version. {_REMEDY}")
        return cls(*contents)

    def run(self, view: Image.Image) -> NetworkOutput:
        """Describe one RGB view of any size and aspect, as a whole and cell by cell."""
        deep, cells = self._whole.run(["deep", "cells"], {"pixels": network_input(view)[None]})
        return NetworkOutput(deep[0], cells[0])

    def cells(self, view: Image.Image, pixels: int = NETWORK_PIXELS) -> NDArray[np.float32]:
        """Describe the cells of a view alone, at a fraction of the cost.

        Args:
            view: RGB, of any size and aspect.
            pixels: side of the square that the view is resized to, a multiple of 16.

        Returns:
            Shape ((pixels / 8)^2, 64), rows of unit length.
        """
        feed = {"pixels": network_input(view, pixels)[None]}
        [cells] = self._first_blocks.run(["cells"], feed)
        found: NDArray[np.float32] = cells[0]
        return found


def network_input(view: Image.Image, pixels: int = NETWORK_PIXELS) -> NDArray[np.uint8]:
    """Resize an RGB view to the network's input, shape (pixels, pixels, 3), aspect not kept."""
    return np.asarray(network_square(view, pixels))
