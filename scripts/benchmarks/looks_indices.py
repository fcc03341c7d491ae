"""Kinds of indices of embeddings: those that are offered, and others to compare them with."""

from __future__ import annotations

import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from lookalike.storage.cosine_index import CosineIndex
from lookalike.storage.embeddings import EmbeddingSpace, Quantisation, Vector, Vectors

Rows = NDArray[np.int64]
LINKS = 32
"""Of a vector in a graph."""
LOOKED_AT = 256
"""Candidates in a graph, when a vector is added and when one is searched with."""
CODE_BYTES = 64
"""Of a product-quantised vector: one of 256 centroids for each eight of 512 numbers."""
_FAISS: Any = faiss
"""With what it changes when it is imported, which its types do not say."""
_BYTES = {Quantisation.FLOAT32: 4, Quantisation.FLOAT16: 2, Quantisation.INT8: 1}


class FilterRefusedError(Exception):
    """A kind of index that cannot search among some rows alone."""


class FilledIndex(ABC):
    """An index with vectors.

    Attributes:
        bytes: of memory, or of the files that are searched.
        clock: seconds, of what a search takes.
    """

    bytes: int
    clock: Callable[[], float] = staticmethod(time.thread_time)

    @abstractmethod
    def nearest(self, query: Vector, count: int, among: Rows | None) -> set[int]:
        """The nearest rows.

        Args:
            query: of unit length.
            count: how many rows.
            among: only these rows count, ascending; ``None``: all.

        Raises:
            FilterRefusedError: such an index searches among all rows alone.
        """


Fill = Callable[[Sequence[Vectors]], FilledIndex]
"""Builds an index of vectors, which are in parts."""


class OurIndex(FilledIndex):
    """The index of the service."""

    def __init__(self, quantisation: Quantisation, parts: Sequence[Vectors]) -> None:
        dimension = parts[0].shape[1]
        index, start = CosineIndex(EmbeddingSpace("", dimension, quantisation)), 0
        for part in parts:
            rows = range(start, start + len(part))
            index.append(rows, [str(row) for row in rows], part)
            start += len(part)
        self.bytes = start * dimension * _BYTES[quantisation]
        self._snapshot = index.snapshot

    @override
    def nearest(self, query: Vector, count: int, among: Rows | None) -> set[int]:
        return {int(each.fingerprint_id) for each in self._snapshot.nearest(query, count, among)}


class FaissIndex(FilledIndex):
    """An index of faiss.

    Args:
        index: empty.
        parts: what it is trained with, where it is, and filled with.
    """

    def __init__(self, index: Any, parts: Sequence[Vectors]) -> None:  # noqa: ANN401 - faiss has no types
        if not index.is_trained:
            index.train(np.concatenate(parts))
        for part in parts:
            index.add(part)
        self.bytes = faiss.serialize_index(index).nbytes
        self._index = index

    @override
    def nearest(self, query: Vector, count: int, among: Rows | None) -> set[int]:
        try:
            _, rows = self._index.search(query[None], count, params=self._parameters(among))
        except RuntimeError as error:
            raise FilterRefusedError from error
        return set(rows[0].tolist())

    def _parameters(self, among: Rows | None) -> Any:  # noqa: ANN401 - as above
        return None if among is None else _FAISS.SearchParameters(sel=_selector(among))


class Graph(FaissIndex):
    """A graph of faiss, of vectors that it keeps in one of its ways."""

    def __init__(self, index: Any, parts: Sequence[Vectors]) -> None:  # noqa: ANN401 - as above
        index.hnsw.efConstruction = LOOKED_AT
        super().__init__(index, parts)

    @override
    def _parameters(self, among: Rows | None) -> Any:
        selector = {} if among is None else {"sel": _selector(among)}
        return _FAISS.SearchParametersHNSW(efSearch=LOOKED_AT, **selector)


class Mapped(FaissIndex):
    """An index of faiss in a file that is mapped into memory; it has been read before."""

    def __init__(self, index: Any, parts: Sequence[Vectors]) -> None:  # noqa: ANN401 - as above
        super().__init__(index, parts)
        with tempfile.TemporaryDirectory() as folder:  # what is mapped stays when its name goes
            path = str(Path(folder, "index"))
            faiss.write_index(index, path)
            self._index = faiss.read_index(path, faiss.IO_FLAG_MMAP_IFC)


class Signs(FilledIndex):
    """A bit for each number: whether it is above the mean of the first part."""

    def __init__(self, parts: Sequence[Vectors]) -> None:
        self._mean = parts[0].mean(axis=0)
        self._codes = np.concatenate([self._packed(part) for part in parts])
        self.bytes = self._codes.nbytes

    @override
    def nearest(self, query: Vector, count: int, among: Rows | None) -> set[int]:
        codes = self._codes if among is None else self._codes.take(among, axis=0)
        own = self._packed(query[None])
        places = np.asarray(faiss.knn_hamming(own, codes, count, variant="mc")[1][0], np.int64)
        return set((places if among is None else among[places]).tolist())

    def _packed(self, vectors: Vectors) -> NDArray[np.uint8]:
        bits = np.packbits(vectors > self._mean, axis=1)
        return np.pad(bits, ((0, 0), (0, -bits.shape[1] % 8)))


def _selector(among: Rows) -> Any:  # noqa: ANN401 - as above
    bits = np.zeros(int(among[-1]) + 1, bool)
    bits[among] = True
    return _FAISS.IDSelectorBitmap(np.packbits(bits, bitorder="little"))


def _filled(kind: Callable[..., FilledIndex], name: str, parts: Sequence[Vectors]) -> FilledIndex:
    """An index that ``faiss.index_factory`` knows by a name."""
    return kind(faiss.index_factory(parts[0].shape[1], name, faiss.METRIC_INNER_PRODUCT), parts)


OURS: Mapping[str, Fill] = {each.value: partial(OurIndex, each) for each in Quantisation}
OTHERS: Mapping[str, Fill] = {
    "float32, memory-mapped, all numbers": partial(_filled, Mapped, "Flat"),
    f"product quantisation, {CODE_BYTES} bytes": partial(_filled, FaissIndex, f"PQ{CODE_BYTES}np"),
    "binary": Signs,
    "HNSW, float32": partial(_filled, Graph, f"HNSW{LINKS}"),
    "HNSW, int8": partial(_filled, Graph, f"HNSW{LINKS}_SQ8"),
}
"""What is not offered."""
