from __future__ import annotations

from collections.abc import Sequence

import pytest
from typing_extensions import override

from lookalike.pictures import Picture, VectorEntry
from lookalike.storage.interfaces import Storage, VectorIndex
from lookalike.storage.memory.storage import MemoryPictures, MemoryProducts, MemoryStorage
from tests.builders import VERSION
from tests.contract.storage.conftest import Look
from tests.opensearch import MakeVectors


class PicturesInStep(MemoryPictures):
    """Pictures in memory that are also in the index, as the stream would bring them there."""

    searchable: VectorIndex

    @override
    def put_many(self, pictures: Sequence[Picture]) -> None:
        super().put_many(pictures)
        self.searchable.add([VectorEntry.of(picture.fingerprint) for picture in pictures])


class IndexedStorage(MemoryStorage):
    """The truth in memory, the vectors in OpenSearch."""

    def __init__(self, searchable: VectorIndex) -> None:
        super().__init__(VERSION)
        pictures = PicturesInStep(self._journal, MemoryProducts(self._journal), self._vectors)
        pictures.searchable = searchable
        self.pictures = pictures
        vars(self)["vectors"] = searchable  # memory's keep to themselves


@pytest.fixture
def storage(make_vectors: MakeVectors) -> Storage:
    """An empty storage, with the index as it is shipped."""
    return IndexedStorage(make_vectors())


@pytest.fixture
def look() -> Look:
    """The storage to read from after writing: nothing is kept in this process."""
    return lambda storage: storage
