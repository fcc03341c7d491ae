"""Small ONNX models, made by the tests, and their settings."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from lookalike.search.models.settings import OnnxSettings

SIZE = 16
DIMENSION = 12


def a_model_file(path: Path, *, output: str = "map", inputs: int = 1) -> Path:
    """A model that convolves pixels 4 x 4 without overlap to 12 channels, from fixed weights.

    Args:
        path: written there.
        output: ``map`` (12, 4, 4), ``tokens`` (16, 12) or ``vector`` (12), which is the mean.
        inputs: how many it has; those behind the first are not used.
    """
    weights = np.random.default_rng(1).normal(size=(DIMENSION, 3, 4, 4)).astype(np.float32)
    nodes = [helper.make_node("Conv", ["pixels", "weights"], ["map"], strides=[4, 4])]
    if output == "tokens":
        nodes += [
            helper.make_node("Reshape", ["map", "shape"], ["rows"]),
            helper.make_node("Transpose", ["rows"], ["tokens"], perm=[0, 2, 1]),
        ]
    if output == "vector":
        nodes += [
            helper.make_node("GlobalAveragePool", ["map"], ["means"]),
            helper.make_node("Flatten", ["means"], ["vector"]),
        ]
    constants = [
        numpy_helper.from_array(weights, "weights"),
        numpy_helper.from_array(np.array([1, DIMENSION, -1], np.int64), "shape"),
    ]
    taken = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3, SIZE, SIZE])
        for name in ("pixels", "more")[:inputs]
    ]
    shapes: dict[str, list[int | str]] = {
        "map": [1, DIMENSION, "height", "width"],
        "tokens": [1, "tokens", DIMENSION],
        "vector": [1, DIMENSION],
    }
    given = [helper.make_tensor_value_info(output, TensorProto.FLOAT, shapes[output])]
    graph = helper.make_graph(nodes, "small", taken, given, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
    return path


def settings_of(path: Path, **changes: Any) -> OnnxSettings:  # noqa: ANN401 - of any setting
    """The settings of such a model; the changes take the place of what would fit."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    fitting = {
        "kind": "onnx",
        "file": path,
        "sha256": digest,
        "size": SIZE,
        "mean": (0.5, 0.5, 0.5),
        "deviation": (0.25, 0.25, 0.25),
        "pooling": "mean",
        "dimension": DIMENSION,
    }
    return OnnxSettings.model_validate(fitting | changes)
