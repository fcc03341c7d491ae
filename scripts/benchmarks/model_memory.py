"""The memory that a model in a file takes while it is loaded, and afterwards, on Linux.

    python -m scripts.benchmarks.model_memory --megabytes 300

The network is generated: layers of a thousand numbers each, fully connected, as most weights of a
vision transformer are. The model is loaded in a process of its own, by the code of the functions.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from lookalike.fingerprint.network import Network
from lookalike.search.models.registry import load_model
from lookalike.search.models.settings import OnnxSettings

WIDTH = 1_024
"""Numbers of a layer."""


@dataclass(frozen=True, slots=True)
class ModelMemory:
    """What a model takes beside everything else, in bytes for each byte of its file.

    Attributes:
        at_most: while it is loaded.
        afterwards: once it is.
    """

    at_most: float
    afterwards: float


def measured(megabytes: int) -> ModelMemory:
    """The memory of a model whose file has about so many megabytes."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "generated.onnx")
        path.write_bytes(generated(max(1, megabytes * 10**6 // (4 * WIDTH**2))))
        with ProcessPoolExecutor(1, get_context("spawn")) as alone:
            return alone.submit(_loaded, path).result()


def generated(layers: int) -> bytes:
    """An ONNX file of a network with so many layers."""
    random = np.random.default_rng(0)
    shapes = [(3, WIDTH), *[(WIDTH, WIDTH)] * layers]
    weights = [
        numpy_helper.from_array(random.normal(size=shape).astype(np.float32), f"weights{number}")
        for number, shape in enumerate(shapes)
    ]
    nodes = [
        helper.make_node("GlobalAveragePool", ["pixels"], ["means"]),
        helper.make_node("Flatten", ["means"], ["layer0"]),
        *(
            helper.make_node("MatMul", [f"layer{n}", f"weights{n}"], [f"layer{n + 1}"])
            for n in range(len(shapes))
        ),
    ]
    taken = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [1, 3, 224, 224])
    last = helper.make_tensor_value_info(f"layer{len(shapes)}", TensorProto.FLOAT, [1, WIDTH])
    graph = helper.make_graph(nodes, "generated", [taken], [last], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(model.SerializeToString())


def _loaded(path: Path) -> ModelMemory:
    """Load a model in a process that has the network of the fingerprint, as functions have."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    settings = OnnxSettings(kind="onnx", file=path, sha256=sha256, dimension=WIDTH)
    network = Network.load()
    before, size = _bytes("VmRSS"), path.stat().st_size
    model = load_model("generated", settings)
    at_most, afterwards = _bytes("VmHWM"), _bytes("VmRSS")
    del network, model
    return ModelMemory((at_most - before) / size, (afterwards - before) / size)


def _bytes(field: str) -> int:
    """Bytes of this process in memory: now (VmRSS), or at most (VmHWM).

    What ``getrusage`` says is at least what the process had that began this one.
    """
    [line] = [
        line
        for line in Path("/proc/self/status").read_text("ascii").splitlines()
        if line.startswith(f"{field}:")
    ]
    return int(line.split()[1]) * 1_024


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=300)
    size = parser.parse_args(arguments).megabytes
    found = measured(size)
    print(
        f"{size} MB: {found.at_most:.1f} times as much at most, {found.afterwards:.1f} afterwards"
    )


if __name__ == "__main__":
    main()
