"""EfficientNet-Lite0 as an ONNX graph, with pooling and both projections folded in.

Architecture: Tan and Le 2019 (https://arxiv.org/abs/1905.11946) in the Lite variant
(https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite): no squeeze and
excitation, ReLU6, stem and head not scaled. Names of the weights follow the PyTorch port.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

BATCH_NORM_EPSILON = 1e-3
OPSET = 17
IR_VERSION = 8
CELL_MAP = "_blocks.4.sum"
"""The last map of stride 8, fine enough to locate where pictures agree."""
CELL_CHANNELS = 40
CELL_STAGES = 3
CELLS: list[str | int] = ["n", "places", 64]


class Stage(NamedTuple):
    """Blocks of one resolution: how many, and the stride of the first."""

    repeats: int
    stride: int


STAGES = (
    Stage(1, 1),
    Stage(2, 2),
    Stage(2, 2),
    Stage(3, 2),
    Stage(3, 1),
    Stage(4, 2),
    Stage(1, 1),
)


class GraphBuilder:
    """Collects nodes and weights. Every method returns the name of its output."""

    def __init__(self, weights: Mapping[str, NDArray[Any]]) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: NDArray[Any]) -> str:
        """Add a tensor that is stored in the file."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:  # noqa: ANN401 - as in ONNX
        """Add an operation."""
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def convolution(
        self, x: str, layer: str, norm: str, *, stride: int = 1, depthwise: bool = False
    ) -> str:
        """Add a convolution with its batch normalisation folded into weights and bias."""
        kernel = self.weights[f"{layer}.weight"]
        scale = self.weights[f"{norm}.weight"] / np.sqrt(
            self.weights[f"{norm}.running_var"] + np.float32(BATCH_NORM_EPSILON)
        )
        bias = self.weights[f"{norm}.bias"] - self.weights[f"{norm}.running_mean"] * scale
        return self.node(
            "Conv",
            [
                x,
                self.constant(f"{layer}.kernel", kernel * scale[:, None, None, None]),
                self.constant(f"{layer}.bias", bias),
            ],
            f"{layer}.out",
            kernel_shape=list(kernel.shape[2:]),
            strides=[stride, stride],
            group=kernel.shape[0] if depthwise else 1,
            auto_pad="SAME_UPPER",
        )

    def unit_length(self, x: str) -> str:
        """Divide every vector along the last axis by its length."""
        return self.node("LpNormalization", [x], f"{x}.unit", axis=-1, p=2)

    def relu6(self, x: str) -> str:
        """Clip to 0 … 6."""
        return self.node("Clip", [x, "zero", "six"], f"{x}.relu6")

    def block(self, x: str, index: int, stride: int, *, residual: bool) -> str:
        """Add an inverted residual block: expand, depthwise, project."""
        prefix = f"_blocks.{index}."
        y = x
        if f"{prefix}_expand_conv.weight" in self.weights:
            y = self.relu6(self.convolution(y, f"{prefix}_expand_conv", f"{prefix}_bn0"))
        depthwise = self.convolution(
            y, f"{prefix}_depthwise_conv", f"{prefix}_bn1", stride=stride, depthwise=True
        )
        y = self.convolution(self.relu6(depthwise), f"{prefix}_project_conv", f"{prefix}_bn2")
        return self.node("Add", [x, y], f"{prefix}sum") if residual else y


def build_graph(
    weights: Mapping[str, NDArray[Any]], projection: Mapping[str, NDArray[np.float32]]
) -> onnx.ModelProto:
    """Build the network from pixels to hashes and cells, before their signs are taken.

    Args:
        weights: of EfficientNet-Lite0, by name.
        projection: ``mean`` (1280,) and ``matrix`` (1280, 512) of the deep hash, ``cell_mean``
            (40,), ``cell_matrix`` (40, 40) and ``cell_rotation`` (40, 64) of the cells; see
            ``scripts.model.fit_projection``.

    Returns:
        A model with the input ``pixels`` (n, height, width, 3) uint8 RGB, sides multiples of 16,
        and two float32 outputs. ``deep`` (n, 512) describes the picture, ``cells``
        (n, height / 8 * width / 8, 64) its places, row by row, each of unit length. Their signs
        are the bits.
    """
    graph = GraphBuilder(weights)
    features = _backbone(graph)
    mean = graph.constant("projection.mean", projection["mean"])
    matrix = graph.constant("projection.matrix", projection["matrix"])
    centred = graph.node("Sub", [features, mean], "centred")
    graph.node("MatMul", [centred, matrix], "deep")
    _cells(graph, projection)
    return _model(graph, {"deep": ["n", 512], "cells": CELLS})


def build_cell_graph(
    weights: Mapping[str, NDArray[Any]], projection: Mapping[str, NDArray[np.float32]]
) -> onnx.ModelProto:
    """Build the first blocks of the network alone, with the output ``cells`` of ``build_graph``."""
    graph = GraphBuilder(weights)
    _stages(graph, STAGES[:CELL_STAGES])
    _cells(graph, projection)
    return _model(graph, {"cells": CELLS})


def build_feature_graph(weights: Mapping[str, NDArray[Any]]) -> onnx.ModelProto:
    """Build the network without projections, to fit these to its features.

    Returns:
        A model with the outputs ``features`` (n, 1280) and ``cell_features`` (n, places, 40),
        float32, of unit length.
    """
    graph = GraphBuilder(weights)
    _backbone(graph)
    _cell_features(graph)
    return _model(graph, {"features": ["n", 1280], "cell_features": ["n", "places", 40]})


def _model(graph: GraphBuilder, outputs: Mapping[str, list[str | int]]) -> onnx.ModelProto:
    pixels = helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["n", "height", "width", 3])
    results = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in outputs.items()
    ]
    model = helper.make_model(
        helper.make_graph(graph.nodes, "lookalike", [pixels], results, graph.constants),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="lookalike",
    )
    onnx.checker.check_model(model)
    return model


def _backbone(graph: GraphBuilder) -> str:
    """From pixels to the description of the picture, of unit length."""
    x = _stages(graph, STAGES)
    return _pool(graph, graph.relu6(graph.convolution(x, "_conv_head", "_bn1")))


def _stages(graph: GraphBuilder, stages: Sequence[Stage]) -> str:
    """From pixels to the map of the last of these stages."""
    x = _stem(graph)
    index = 0
    for stage in stages:
        for repeat in range(stage.repeats):
            stride = stage.stride if repeat == 0 else 1
            x = graph.block(x, index, stride, residual=repeat > 0)
            index += 1
    return x


def _stem(graph: GraphBuilder) -> str:
    """Pixels scaled to -1 … 1 and the first convolution."""
    for name, value in (("zero", 0.0), ("six", 6.0), ("grey", 127.0), ("range", 128.0)):
        graph.constant(name, np.array(value, np.float32))
    x = graph.node("Cast", ["pixels"], "pixels.float", to=TensorProto.FLOAT)
    x = graph.node("Sub", [x, "grey"], "pixels.centred")
    x = graph.node("Div", [x, "range"], "pixels.scaled")
    x = graph.node("Transpose", [x], "pixels.planes", perm=[0, 3, 1, 2])
    return graph.relu6(graph.convolution(x, "_conv_stem", "_bn0", stride=2))


def _cells(graph: GraphBuilder, projection: Mapping[str, NDArray[np.float32]]) -> None:
    """The output ``cells``: whitened, turned into more directions, of unit length."""
    x = _cell_features(graph)
    mean = graph.constant("cells.mean", projection["cell_mean"])
    matrix = graph.constant("cells.matrix", projection["cell_matrix"])
    rotation = graph.constant("cells.rotation", projection["cell_rotation"])
    x = graph.node("Sub", [x, mean], "cells.centred")
    x = graph.unit_length(graph.node("MatMul", [x, matrix], "cells.whitened"))
    x = graph.node("MatMul", [x, rotation], "cells.rotated")
    graph.node("LpNormalization", [x], "cells", axis=-1, p=2)


def _cell_features(graph: GraphBuilder) -> str:
    """The map of stride 8 as one unit vector a place."""
    x = graph.node("Transpose", [CELL_MAP], "cells.last", perm=[0, 2, 3, 1])
    graph.constant("cells.shape", np.array([0, -1, CELL_CHANNELS], np.int64))
    x = graph.node("Reshape", [x, "cells.shape"], "cells.rows")
    return graph.node("LpNormalization", [x], "cell_features", axis=-1, p=2)


def _pool(graph: GraphBuilder, features: str) -> str:
    """GeM pooling with p = 3 (Radenovic et al. 2018)."""
    graph.constant("tiny", np.array(1e-6, np.float32))
    graph.constant("third", np.array(1 / 3, np.float32))
    x = graph.node("Max", [features, "tiny"], "gem.positive")
    square = graph.node("Mul", [x, x], "gem.squares")
    cube = graph.node("Mul", [square, x], "gem.cubes")
    x = graph.node("GlobalAveragePool", [cube], "gem.means")
    x = graph.node("Flatten", [x], "gem.flat")
    x = graph.node("Pow", [x, "third"], "gem.roots")
    return graph.node("LpNormalization", [x], "features", axis=1, p=2)
