"""Storage in plain dictionaries: for tests, notebooks and experiments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from itertools import islice

from typing_extensions import override

from lookalike.pictures import Picture, VectorEntry
from lookalike.products import Product
from lookalike.storage.embeddings import StorageWithEmbeddings, by_version
from lookalike.storage.interfaces import (
    Drift,
    PictureStore,
    ProductStore,
    PutOutcome,
)
from lookalike.storage.listing import (
    DEFAULT_LIMIT,
    EVERY_PRODUCT,
    ProductFilter,
    ProductPage,
    cut,
)
from lookalike.storage.memory.decisions import MemoryDecisions
from lookalike.storage.memory.duplicates import MemoryDuplicates
from lookalike.storage.memory.embeddings import MemoryEmbeddings
from lookalike.storage.memory.imports import MemoryImports
from lookalike.storage.memory.journal import Journal
from lookalike.storage.memory.vectors import MemoryVectors
from lookalike.storage.product_puts import require_unicode_texts
from lookalike.storage.refusals import require_unicode


class MemoryProducts(ProductStore):
    """Products in a dictionary, and their entity ids by picture."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._products: dict[str, Product] = {}
        self._showing: dict[str, set[str]] = {}

    @override
    def put_many(self, products: Sequence[Product]) -> list[PutOutcome]:
        with self._journal.transaction():
            return [self._put(product) for product in products]

    @override
    def get_many(self, entity_ids: Iterable[str]) -> dict[str, Product]:
        wanted = list(entity_ids)
        require_unicode(wanted)
        with self._journal.transaction():
            return {key: self._products[key] for key in wanted if key in self._products}

    @override
    def delete(self, entity_id: str) -> bool:
        require_unicode([entity_id])
        with self._journal.transaction():
            there = entity_id in self._products
            self._set(entity_id, None)
            return there

    @override
    def showing(self, fingerprint_id: str) -> Iterator[Product]:
        require_unicode([fingerprint_id])
        with self._journal.transaction():
            entity_ids = sorted(self._showing.get(fingerprint_id, ()))
            return iter([self._products[entity_id] for entity_id in entity_ids])

    @override
    def page(
        self, after: str = "", limit: int = DEFAULT_LIMIT, wanted: ProductFilter = EVERY_PRODUCT
    ) -> ProductPage:
        require_unicode([after, *wanted.texts])
        with self._journal.transaction():
            ids = sorted(key for key in self._products if key > after)
            shown = filter(wanted.accepts, (self._products[entity_id] for entity_id in ids))
            return cut(list(islice(shown, limit + 1)), limit, after=None)

    @override
    def count(self) -> int:
        with self._journal.transaction():
            return len(self._products)

    def is_shown(self, fingerprint_id: str) -> bool:
        """Return whether any product shows this picture."""
        return bool(self._showing.get(fingerprint_id))

    def shown_pictures(self) -> dict[str, int]:
        """The number of products that show each picture, by fingerprint id."""
        return {key: len(entity_ids) for key, entity_ids in self._showing.items() if entity_ids}

    def pictures_of(self, wanted: ProductFilter) -> set[str]:
        """The fingerprint ids of all pictures that a wanted product shows."""
        shown = filter(wanted.accepts, self._products.values())
        return {name for product in shown for name in product.pictures}

    def _put(self, product: Product) -> PutOutcome:
        require_unicode_texts(product)
        old = self._products.get(product.entity_id)
        if old == product:
            return PutOutcome.UNCHANGED
        self._set(product.entity_id, replace(product, attributes=dict(product.attributes)))
        return PutOutcome.REPLACED if old else PutOutcome.CREATED

    def _set(self, entity_id: str, product: Product | None) -> None:
        old = self._products.pop(entity_id, None)
        if old:
            for name in old.pictures:
                self._showing[name].discard(entity_id)
        if product:
            self._products[entity_id] = product
            for name in product.pictures:
                self._showing.setdefault(name, set()).add(entity_id)
        self._journal.record(partial(self._set, entity_id, old))


class MemoryPictures(PictureStore):
    """Pictures in a dictionary."""

    def __init__(
        self,
        journal: Journal,
        products: MemoryProducts,
        vectors: MemoryVectors,
        embeddings: MemoryEmbeddings,
    ) -> None:
        self._journal = journal
        self._products = products
        self._vectors = vectors
        self._embeddings = embeddings
        self._pictures: dict[str, Picture] = {}

    @override
    def put_many(self, pictures: Sequence[Picture]) -> None:
        for picture in pictures:
            fingerprint = picture.fingerprint
            require_unicode([fingerprint.fingerprint_id, fingerprint.version, *fingerprint.hashes])
        with self._journal.transaction():
            self._vectors.add([VectorEntry.of(picture.fingerprint) for picture in pictures])
            for picture in pictures:
                self._put(picture)
            for version, packed in by_version(p.fingerprint for p in pictures).items():
                self._embeddings.add(version, packed)

    @override
    def get_many(self, fingerprint_ids: Iterable[str]) -> dict[str, Picture]:
        wanted = list(fingerprint_ids)
        require_unicode(wanted)
        with self._journal.transaction():
            return {key: self._pictures[key] for key in wanted if key in self._pictures}

    @override
    def count(self, version: str | None = None) -> int:
        with self._journal.transaction():
            return len(self._pictures) if version is None else len(self.ids(version))

    def ids(self, version: str) -> set[str]:
        """The pictures of one algorithm version."""
        return {
            key for key, picture in self._pictures.items() if picture.fingerprint.version == version
        }

    @override
    def sweep(self, last_seen_before: int) -> int:
        with self._journal.transaction():
            doomed = [
                key
                for key, picture in self._pictures.items()
                if picture.last_seen < last_seen_before and not self._products.is_shown(key)
            ]
            self._vectors.remove(doomed)
            self._embeddings.forget(doomed)
            for key in doomed:
                self._set(key, None)
            return len(doomed)

    def _put(self, picture: Picture) -> None:
        old = self._pictures.get(picture.fingerprint_id)
        if old is None:
            self._set(picture.fingerprint_id, picture)
        elif picture.last_seen > old.last_seen:
            self._set(picture.fingerprint_id, replace(old, last_seen=picture.last_seen))

    def _set(self, fingerprint_id: str, picture: Picture | None) -> None:
        old = self._pictures.pop(fingerprint_id, None)
        if picture:
            self._pictures[fingerprint_id] = picture
        self._journal.record(partial(self._set, fingerprint_id, old))


class MemoryStorage(StorageWithEmbeddings):
    """Storage in this process, for fingerprints of one algorithm version.

    A transaction holds a lock: other threads wait with everything but ``nearest`` until it ends.
    """

    def __init__(self, version: str) -> None:
        self._version = version
        self._journal = Journal()
        products = MemoryProducts(self._journal)
        self.products = products
        self.vectors = self._vectors = MemoryVectors(self._journal, version)
        embeddings = MemoryEmbeddings(
            self._journal, lambda: self._vectors.positions, products.pictures_of
        )
        self.embeddings = self._embeddings = embeddings
        self.pictures = self._pictures = MemoryPictures(
            self._journal, products, self._vectors, embeddings
        )
        self.imports = MemoryImports(self._journal)
        self.decisions = MemoryDecisions(self._journal)
        self.duplicates = MemoryDuplicates(
            self._journal, lambda: self._vectors.positions, products.shown_pictures
        )

    @override
    def transaction(self) -> AbstractContextManager[None]:
        return self._journal.transaction()

    @override
    def drift(self) -> Drift:
        with self._journal.transaction():
            stored, searchable = self._pictures.ids(self._version), self._vectors.ids
            return Drift(len(stored - searchable), len(searchable - stored))

    @override
    def close(self) -> None:
        """Nothing to release."""
