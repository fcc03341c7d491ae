"""The neural network behind the deep hash: EfficientNet-Lite0 with a projection, in ONNX.

The file is built by ``make setup`` (``scripts.model.build``) from the published weights; its
digest is pinned in ``version`` and is part of the algorithm version.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

from lambdas.shared.errors import PermanentError
from lambdas.shared.fingerprint.version import MODEL_SHA256

MODEL_PATH = Path(__file__).parent / "model" / "lookalike.onnx"
INPUT_PIXELS = 224


class ModelMissingError(PermanentError):
    """The network's file is not there or not the one that this version was made with."""

    code = "model_missing"
    title = "Model missing"


class Network:
    """Runs the network on one core. Safe to call from several threads."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session

    @classmethod
    def load(cls, path: Path = MODEL_PATH) -> Network:
        """The network from its file.

        Raises:
            ModelMissingError: no such file, or another digest than ``MODEL_SHA256``.
        """
        if not path.exists():
            raise ModelMissingError(f"{path.name} is not built yet: run `make setup`")
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != MODEL_SHA256:
            raise ModelMissingError(f"{path.name} is of another version: run `make clean setup`")
        return cls.of(content)

    @classmethod
    def of(cls, content: bytes) -> Network:
        """The network from the content of its file."""
        options = onnxruntime.SessionOptions()
        # One thread each: requests and import workers already run side by side.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        return cls(
            onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        )

    def run(self, view: Image.Image) -> NDArray[np.float32]:
        """Describe one RGB view of any size and aspect: shape (512,); the signs are the bits."""
        [deep] = self._session.run(["deep"], {"pixels": network_input(view)[None]})
        description: NDArray[np.float32] = deep[0]
        return description


def network_input(view: Image.Image) -> NDArray[np.uint8]:
    """An RGB view as the network takes it, shape (224, 224, 3), aspect not kept."""
    side = (INPUT_PIXELS, INPUT_PIXELS)
    return np.asarray(view.resize(side, Image.Resampling.BILINEAR, reducing_gap=2))
