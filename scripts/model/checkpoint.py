"""Reading a legacy PyTorch checkpoint (before the zip format of 1.6) without torch.

The file is five pickles in a row: magic number, protocol version, system information, state
dictionary, storage keys; followed by each storage as an int64 count and its raw little-endian
values. Source: ``torch.serialization._legacy_load``.
"""

from __future__ import annotations

import pickle
import struct
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

DTYPES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


class _Tensor(NamedTuple):
    """A view into a storage, counted in values, not bytes."""

    storage: str
    offset: int
    size: tuple[int, ...]
    stride: tuple[int, ...]


class _CheckpointUnpickler(pickle.Unpickler):
    """Builds tensors as plain tuples; refuses every class that such a file does not need."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)
        self.dtypes: dict[str, np.dtype[Any]] = {}

    def persistent_load(self, pid: Any) -> str:  # noqa: ANN401 - the signature of pickle
        _, dtype, key, *_ = pid
        self.dtypes[key] = dtype
        return str(key)

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - the signature of pickle
        if name in DTYPES:
            return DTYPES[name]
        known: dict[str, Callable[..., Any]] = {
            "_rebuild_tensor_v2": lambda key, offset, size, stride, *_: _Tensor(
                key, offset, size, stride
            ),
            "OrderedDict": OrderedDict,
        }
        if name not in known:
            raise pickle.UnpicklingError(f"a checkpoint of weights needs no {module}.{name}")
        return known[name]


def read_weights(path: Path) -> dict[str, NDArray[Any]]:
    """The named tensors of a checkpoint, each in row-major order.

    Raises:
        pickle.UnpicklingError: the file holds more than weights.
    """
    with path.open("rb") as file:
        for _ in range(3):
            _CheckpointUnpickler(file).load()
        state = _CheckpointUnpickler(file)
        tensors: dict[str, _Tensor] = state.load()
        keys: list[str] = _CheckpointUnpickler(file).load()
        storages = {key: _read_storage(file, state.dtypes[key]) for key in keys}
    return {name: _view(storages[tensor.storage], tensor) for name, tensor in tensors.items()}


def _read_storage(file: BinaryIO, dtype: np.dtype[Any]) -> NDArray[Any]:
    (count,) = struct.unpack("<q", file.read(8))
    return np.frombuffer(file.read(count * dtype.itemsize), dtype)


def _view(storage: NDArray[Any], tensor: _Tensor) -> NDArray[Any]:
    strides = [step * storage.itemsize for step in tensor.stride]
    view = np.lib.stride_tricks.as_strided(storage[tensor.offset :], tensor.size, strides)
    return np.array(view, order="C")
