"""The order of products on one machine: the nearest pictures, and the products that show them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from typing_extensions import override

from lookalike.products import Product, ProductState
from lookalike.search.models.errors import PictureRefusedError
from lookalike.search.ranking import Found, Order, Ranking
from lookalike.storage.embeddings import (
    EmbeddingSpace,
    EmbeddingStore,
    Likeness,
    StorageWithEmbeddings,
    Vector,
)
from lookalike.storage.listing import ProductFilter

DEFAULT_ALIAS = "default"
"""The name that stands for the version of searches that name no model."""
MAX_PRODUCTS_PER_PICTURE = 10_000
"""Products of one picture that are looked at, by entity id, as in checks."""
WALKED = (256, 1_024, 4_096)
"""Nearest pictures that are read before a filter is put to the storage, which may read all products
for it."""
ENOUGH = 200
"""Products that most searches read. Where fewer can be expected among the nearest pictures, the
filter is put to the storage at once."""
READ_AT_ONCE = 256
"""Pictures whose products are read together."""
_LIMITS = tuple(256 * 4**step for step in range(9))
"""Pictures that are asked for with a filter, up to very many."""


class RankedPictures(Ranking):
    """The pictures of a storage, by cosine.

    Args:
        storage: the catalogue.
    """

    def __init__(self, storage: StorageWithEmbeddings) -> None:
        self._storage = storage

    @override
    def serving(self, versions: Collection[str]) -> str | None:
        named = self._storage.embeddings.alias(DEFAULT_ALIAS)
        if named is None and len(versions) > 1:  # with one alone, nothing has to be counted
            return fullest(self._storage.embeddings, versions)
        return named

    @override
    def product(self, entity_id: str) -> Product | None:
        return self._storage.products.get_many([entity_id]).get(entity_id)

    @override
    def embedding(self, space: EmbeddingSpace, fingerprint_id: str) -> Vector | None:
        embeddings = self._storage.embeddings
        found = embeddings.get(space, fingerprint_id)
        if found is None and (why := embeddings.refusals(space.version).get(fingerprint_id)):
            raise PictureRefusedError(why)
        return found

    @override
    def orders(
        self, space: EmbeddingSpace, query: Vector, wanted: ProductFilter
    ) -> Iterator[Order]:
        """See ``Ranking``.

        A picture that shows nothing looks like every other such picture, and like no product. A
        filter is put to the storage only where the nearest pictures of all are not enough.
        """
        read = _ProductsOf(self._storage)
        for limit in WALKED:
            nearest = self._storage.embeddings.nearest(space, query, limit)
            found, is_whole = _Shown(read, nearest, wanted), len(nearest) < limit
            yield Order(found, is_whole)
            if is_whole:
                return
            if found.passed * WALKED[-1] < ENOUGH * limit:
                break
        for limit in _LIMITS:
            nearest = self._storage.embeddings.nearest(space, query, limit, wanted)
            is_whole = len(nearest) < limit
            yield Order(_Shown(read, nearest, wanted), is_whole)
            if is_whole:
                return


def fullest(embeddings: EmbeddingStore, versions: Collection[str]) -> str | None:
    """That of some versions which most pictures are embedded by; ``None``: none has any."""
    counts = embeddings.counts()
    return max((each for each in versions if each in counts), key=counts.__getitem__, default=None)


class _ProductsOf:
    """The products that show pictures; each picture is looked up once in a search."""

    def __init__(self, storage: StorageWithEmbeddings) -> None:
        self._storage = storage
        self._known: dict[str, Sequence[Product]] = {}

    def __call__(self, fingerprint_ids: Sequence[str]) -> list[Sequence[Product]]:
        """The products that show each of these pictures."""
        new = [each for each in fingerprint_ids if each not in self._known]
        if new:
            found = self._storage.products.showing_each(new, MAX_PRODUCTS_PER_PICTURE)
            self._known |= {each: found.get(each, []) for each in new}
        return [self._known[each] for each in fingerprint_ids]


class _Shown:
    """The products that show some pictures, in the order of the pictures.

    Attributes:
        passed: how many were wanted, of those that were read.
    """

    def __init__(
        self, read: _ProductsOf, nearest: Sequence[Likeness], wanted: ProductFilter
    ) -> None:
        self.passed = 0
        self._products_of = read
        self._nearest = nearest
        self._wanted = wanted

    def __iter__(self) -> Iterator[Found]:
        seen = set[str]()
        for likeness, products in self._read():
            for product in products:
                index = product.image_index(likeness.fingerprint_id)
                is_wanted = product.entity_id not in seen and self._wanted.accepts(product)
                if is_wanted and product.images[index].state is ProductState.ACTIVE:
                    seen.add(product.entity_id)
                    self.passed += 1
                    yield product, index, likeness.cosine

    def _read(self) -> Iterator[tuple[Likeness, Sequence[Product]]]:
        """The products that show each picture, for many pictures at once."""
        left = iter(self._nearest)
        while some := list(islice(left, READ_AT_ONCE)):
            showing = self._products_of([each.fingerprint_id for each in some])
            yield from zip(some, showing, strict=True)
