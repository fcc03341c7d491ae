"""The neural network behind the deep hash: EfficientNet-Lite0 with two projections, in ONNX.

The file is built by ``make setup`` (``scripts.model.build``) from the published weights; its
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
from lookalike.inference import inference_session

INPUT_PIXELS = 224


class ModelMissingError(PermanentError):
    """The network's file is not there or not the one that this version was made with."""

    code = "model_missing"
    title = "Model missing"


@dataclass(frozen=True, slots=True)
class Description:
    """What the network says of a view.

    Attributes:
        deep: of the whole, shape (512,); the signs are the bits of the deep hash.
        cells: of 28 x 28 places row by row, shape (784, 64), rows of unit length.
    """

    deep: NDArray[np.float32]
    cells: NDArray[np.float32]


class Network:
    """Runs the network on one core. Safe to call from several threads."""

    def __init__(self, whole: bytes, first_blocks: bytes) -> None:
        self._whole = inference_session(whole)
        self._first_blocks = inference_session(first_blocks)

    @classmethod
    def load(cls, path: Path = MODEL_PATH, cell_path: Path = CELL_MODEL_PATH) -> Network:
        """The network from its files.

        Raises:
            ModelMissingError: no such files, or another digest than ``MODEL_SHA256``.
        """
        for each in (path, cell_path):
            if not each.exists():
                raise ModelMissingError(f"{each.name} is not built yet: run `make setup`")
        contents = path.read_bytes(), cell_path.read_bytes()
        if hashlib.sha256(b"".join(contents)).hexdigest() != MODEL_SHA256:
            both = f"{path.name} and {cell_path.name}"
            raise ModelMissingError(f"{both} are of another version: run `make clean setup`")
        return cls(*contents)

    def run(self, view: Image.Image) -> Description:
        """Describe one RGB view of any size and aspect, as a whole and place by place."""
        deep, cells = self._whole.run(["deep", "cells"], {"pixels": network_input(view)[None]})
        return Description(deep[0], cells[0])

    def cells(self, view: Image.Image, pixels: int = INPUT_PIXELS) -> NDArray[np.float32]:
        """Describe the places of a view alone, at a fraction of the cost.

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


def network_input(view: Image.Image, pixels: int = INPUT_PIXELS) -> NDArray[np.uint8]:
    """An RGB view as the network takes it, shape (pixels, pixels, 3), aspect not kept."""
    side = (pixels, pixels)
    return np.asarray(view.resize(side, Image.Resampling.BILINEAR, reducing_gap=2))
