"""The hashes of all pictures in segments, each of which one process searches in its memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.pictures import VectorEntry
from lookalike.spark.duplicates.places import Places
from lookalike.spark.output_folder import part_name
from lookalike.spark.part_import import PartOutcome
from lookalike.storage.binary_index import BinaryIndex, Snapshot
from lookalike.storage.refusals import FIELD_BYTES

VECTORS = "vectors"
SIZES = "sizes"
Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Segments:
    """Writes and reads segments.

    Attributes:
        places: of the search.
    """

    places: Places

    def run(self, number: int, entries: Iterable[VectorEntry]) -> PartOutcome:
        """Write a segment, each picture once."""
        unique = {each.fingerprint_id: each for each in entries}
        there = [each for _, each in sorted(unique.items()) if each.version == ALGORITHM_VERSION]
        file = BytesIO()
        ids = np.array([each.fingerprint_id for each in there], "U")
        np.savez(file, allow_pickle=False, ids=ids, **_packed(there))
        self.places.put(SIZES, part_name(number), len(there))
        self.places.output.put(self._name(number), file.getvalue())
        return PartOutcome(number, len(there))

    def size(self) -> int:
        """The number of pictures in all segments."""
        found = (self.places.get(SIZES, part_name(each)) for each in self.places.done(VECTORS))
        return int(sum(found))

    def snapshots(self) -> Iterator[Snapshot]:
        """The segments, read one after the other."""
        for number in sorted(self.places.done(VECTORS)):
            yield self._snapshot(number)

    def _snapshot(self, number: int) -> Snapshot:
        content = BytesIO(self.places.output.read(self._name(number)))
        index = BinaryIndex()
        with np.load(content, allow_pickle=False) as arrays:
            ids = arrays["ids"].tolist()
            hashes = {
                field: _unpacked(arrays[field], arrays[f"{field} there"]) for field in FIELD_BYTES
            }
        index.append(range(len(ids)), ids, hashes)
        return index.snapshot

    def _name(self, number: int) -> str:
        return f"{self.places.folder(VECTORS)}/{part_name(number)}.npz"


def _packed(entries: list[VectorEntry]) -> dict[str, Array]:
    """Hashes by field as arrays of bytes, and which pictures have one."""
    arrays = dict[str, Array]()
    for field, width in FIELD_BYTES.items():
        values = [each.hashes.get(field) for each in entries]
        packed = b"".join(value or bytes(width) for value in values)
        arrays[field] = np.frombuffer(packed, np.uint8).reshape(len(values), width)
        arrays[f"{field} there"] = np.array([value is not None for value in values], bool)
    return arrays


def _unpacked(codes: Array, there: Array) -> list[bytes | None]:
    return [code.tobytes() if has else None for code, has in zip(codes, there, strict=True)]
