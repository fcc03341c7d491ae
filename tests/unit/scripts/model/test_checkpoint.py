"""The published weights are read without torch, and nothing but weights is."""

from __future__ import annotations

import io
import os
import pickle
import struct
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from scripts.model.build import weights
from scripts.model.checkpoint import read_weights


class FloatStorage:
    """Stands for torch's class of that name."""


class LongStorage:
    """Stands for torch's class of that name."""


def _rebuild_tensor_v2(*parts: object) -> None:
    """Stands for torch's function of that name."""


class _Stored:
    """A tensor as torch pickles it: a call of its rebuilding function."""

    def __init__(
        self, key: str, offset: int, size: tuple[int, ...], stride: tuple[int, ...]
    ) -> None:
        self.parts: tuple[object, ...] = (
            _Reference(key),
            offset,
            size,
            stride,
            False,
            OrderedDict(),
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild_tensor_v2, self.parts


class _Reference:
    def __init__(self, key: str) -> None:
        self.key = key


class _Pickler(pickle.Pickler):
    """Writes references to storages as torch does."""

    def persistent_id(self, obj: object) -> object:
        if isinstance(obj, _Reference):
            kind = LongStorage if obj.key == "long" else FloatStorage
            return ("storage", kind, obj.key, "cpu", 0, None)
        return None


def _checkpoint(state: object, storages: dict[str, NDArray[Any]]) -> bytes:
    buffer = io.BytesIO()
    for part in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}, state, list(storages)):
        _Pickler(buffer, protocol=2).dump(part)
    for values in storages.values():
        buffer.write(struct.pack("<q", len(values)) + values.tobytes())
    return buffer.getvalue()


def _read(content: bytes, folder: Path) -> dict[str, NDArray[Any]]:
    path = folder / "weights.pth"
    path.write_bytes(content)
    return read_weights(path)


def test_should_read_tensors_as_views_into_their_storages(tmp_path: Path) -> None:
    state = OrderedDict(
        plain=_Stored("float", 0, (2, 3), (3, 1)),
        turned=_Stored("float", 0, (3, 2), (1, 3)),
        later=_Stored("float", 4, (2,), (1,)),
        scalar=_Stored("long", 0, (), ()),
    )
    values = np.arange(6, dtype="<f4")
    found = _read(_checkpoint(state, {"float": values, "long": np.array([7], "<i8")}), tmp_path)
    assert found["plain"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert found["turned"].tolist() == [[0, 3], [1, 4], [2, 5]]
    assert found["later"].tolist() == [4, 5]
    assert found["scalar"].dtype == np.int64
    assert int(found["scalar"]) == 7
    assert all(tensor.flags.c_contiguous for tensor in found.values())


class _Malicious:
    """Makes a folder where it is unpickled as it comes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.folder),)


def test_should_refuse_a_checkpoint_that_runs_code(tmp_path: Path) -> None:
    folder = tmp_path / "created by the checkpoint"
    content = _checkpoint(OrderedDict(evil=_Malicious(folder)), {})
    with pytest.raises(pickle.UnpicklingError, match="a checkpoint of weights needs no"):
        _read(content, tmp_path)
    assert not folder.exists()


@pytest.mark.parametrize("foreign", [Path("x"), np.float64(1), ValueError("x"), eval])
def test_should_refuse_any_class_that_weights_do_not_need(foreign: object, tmp_path: Path) -> None:
    with pytest.raises(pickle.UnpicklingError, match="needs no"):
        _read(_checkpoint(OrderedDict(foreign=foreign), {}), tmp_path)


def test_should_refuse_foreign_classes_in_every_part_of_the_file(tmp_path: Path) -> None:
    for position in range(5):
        buffer = io.BytesIO()
        for index in range(5):
            pickle.dump(Path("x") if index == position else {}, buffer, protocol=2)
        with pytest.raises(pickle.UnpicklingError, match="needs no"):
            _read(buffer.getvalue(), tmp_path)


def test_should_read_the_published_weights() -> None:
    """Shapes as in the paper: a stem of 32, a head of 1280, 16 blocks."""
    found = weights()
    assert found["_conv_stem.weight"].shape == (32, 3, 3, 3)
    assert found["_conv_head.weight"].shape == (1280, 320, 1, 1)
    assert found["_fc.weight"].shape == (1000, 1280)
    assert {int(name.split(".")[1]) for name in found if name.startswith("_blocks.")} == set(
        range(16)
    )
    assert all(np.isfinite(tensor).all() for tensor in found.values())
