"""The order of products on one machine: the nearest pictures, and the products that show them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from typing_extensions import override

from lookalike.products import Product, ProductState
from lookalike.search.models.errors import PictureRefusedError
from lookalike.search.ranking import Found, Ranking
from lookalike.storage.embeddings import EmbeddingSpace, Likeness, StorageWithEmbeddings, Vector
from lookalike.storage.listing import EVERY_PRODUCT, ProductFilter

DEFAULT_ALIAS = "default"
"""The name that stands for the version of searches that name no model."""
MAX_PRODUCTS_PER_PICTURE = 10_000
"""Products of one picture that are looked at, by entity id, as in checks."""
WALKED = (256, 2_048)
"""Nearest pictures that are read before a filter is put to the storage: most filters let enough of
them pass, and then only these products are read instead of all."""
_GROWTH = 4


class RankedPictures(Ranking):
    """The pictures of a storage, by cosine.

    Args:
        storage: the catalogue.
    """

    def __init__(self, storage: StorageWithEmbeddings) -> None:
        self._storage = storage

    @override
    def serving(self) -> str | None:
        return self._storage.embeddings.alias(DEFAULT_ALIAS)

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
    def nearest(
        self, space: EmbeddingSpace, query: Vector, wanted: ProductFilter
    ) -> Iterator[Found]:
        """See ``Ranking``.

        A picture that shows nothing looks like every other such picture, and like no product.
        """
        seen = set[str]()
        for likeness in self._pictures(space, query, wanted):
            showing = self._storage.products.showing(likeness.fingerprint_id)
            for product in islice(showing, MAX_PRODUCTS_PER_PICTURE):
                index = product.image_index(likeness.fingerprint_id)
                is_wanted = product.entity_id not in seen and wanted.accepts(product)
                if is_wanted and product.images[index].state is ProductState.ACTIVE:
                    seen.add(product.entity_id)
                    yield product, index, likeness.cosine

    def _pictures(
        self, space: EmbeddingSpace, query: Vector, wanted: ProductFilter
    ) -> Iterator[Likeness]:
        """Pictures by cosine, as many as are asked for, each once.

        A filter is put to the storage only where the nearest pictures of all are not enough; the
        order is the same, since what passes it comes in the same order in both.
        """
        passed = set[str]()
        filtered = _limits(start=WALKED[0] if wanted.attributes else WALKED[-1] * _GROWTH)
        steps = [(limit, EVERY_PRODUCT) for limit in WALKED]
        for limit, conditions in (*steps, *((limit, wanted) for limit in filtered)):
            found = self._storage.embeddings.nearest(space, query, limit, conditions)
            yield from (each for each in found if each.fingerprint_id not in passed)
            passed.update(each.fingerprint_id for each in found)
            if len(found) < limit:
                return


def _limits(start: int) -> list[int]:
    """Numbers of pictures to ask for, each four times the one before, up to very many."""
    return [start * _GROWTH**step for step in range(9)]
