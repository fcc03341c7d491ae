from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from typing_extensions import override

from lookalike.pictures import Picture, VectorEntry
from lookalike.storage.interfaces import Storage, VectorIndex
from lookalike.storage.memory.storage import MemoryPictures, MemoryProducts, MemoryStorage
from lookalike.storage.small.index import SmallIndex
from lookalike.storage.synced_index import SyncedIndex
from tests.builders import VERSION
from tests.contract.storage.conftest import Reopen
from tests.opensearch import MakeVectors
from tests.small_index import SmallIndexParts, small_index_parts
from tests.toy_index import ToyIndex


@pytest.fixture
def small() -> Iterator[SmallIndexParts]:
    """An empty small index."""
    with small_index_parts() as parts:
        yield parts


@pytest.fixture(params=["toy", "opensearch", "small"])
def index(request: pytest.FixtureRequest) -> SyncedIndex:
    """An empty index of each vector database; another one is another line here."""
    if request.param == "toy":
        return ToyIndex()
    if request.param == "small":
        small: SmallIndexParts = request.getfixturevalue("small")
        return small.reader()
    make_vectors: MakeVectors = request.getfixturevalue("make_vectors")
    return make_vectors()


class PicturesInStep(MemoryPictures):
    """Pictures in memory that are also put into the index, as the stream would do."""

    index: VectorIndex

    @override
    def put_many(self, pictures: Sequence[Picture]) -> None:
        super().put_many(pictures)
        self.index.add([VectorEntry.of(picture.fingerprint) for picture in pictures])


class IndexedStorage(MemoryStorage):
    """Products and pictures in memory, and vectors in the index under test."""

    def __init__(self, index: VectorIndex) -> None:
        super().__init__(VERSION)
        products = MemoryProducts(self._journal)
        pictures = PicturesInStep(self._journal, products, self._vectors, self._embeddings)
        pictures.index = index
        self.pictures = pictures
        vars(self)["vectors"] = index  # the index in memory stays unused


@pytest.fixture
def storage(index: SyncedIndex) -> Storage:
    """An empty storage with the index."""
    return IndexedStorage(index)


@pytest.fixture
def reopen(index: SyncedIndex, request: pytest.FixtureRequest) -> Reopen:
    """Returns the storage to read from after writing.

    Only the small index has something in this process: another reader reads a snapshot.
    """
    if not isinstance(index, SmallIndex):
        return lambda storage: storage
    small: SmallIndexParts = request.getfixturevalue("small")

    def compacted(storage: Storage) -> Storage:
        small.compactor().run()
        vars(storage)["vectors"] = small.reader()
        return storage

    return compacted
