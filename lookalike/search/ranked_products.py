"""The order of products on AWS: indices find them, and the table says what they are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice

import numpy as np
from typing_extensions import override

from lookalike.products import Product, ProductState
from lookalike.search.models.errors import PictureRefusedError
from lookalike.search.ranking import Found, Order, Ranking
from lookalike.storage.embeddings import EmbeddingSpace, Vector, unpack
from lookalike.storage.interfaces import PictureStore, ProductStore
from lookalike.storage.listing import ProductFilter
from lookalike.storage.looks_index import LikeProduct, LooksIndex

LIMITS = (256, 2_048, 10_000)
"""Pictures that the index is asked for: first as many as most searches need."""
Known = dict[str, Product | None]
"""What a search has read, by entity id: each product is read once."""
READ_AT_ONCE = 100
"""Products that one request reads."""


class RankedProducts(Ranking):
    """The products of a table, in the order of the indices that follow it.

    An index may be behind: a product that is deleted, or shows the picture no longer, is passed.

    Args:
        products: the table.
        pictures: have the embeddings of stored products.
        indices: one for each model.
        refusal: why a model, by its version, never embeds a picture; ``None``: it may.
    """

    def __init__(
        self,
        products: ProductStore,
        pictures: PictureStore,
        *indices: LooksIndex,
        refusal: Callable[[str, str], str | None] = lambda _version, _picture: None,
    ) -> None:
        self._refusal = refusal
        self._products = products
        self._pictures = pictures
        self._indices = {index.space.version: index for index in indices}

    @override
    def serving(self, versions: Collection[str]) -> str | None:
        """See ``Ranking``: a deployment moves the name, with all that it takes."""
        return None

    @override
    def product(self, entity_id: str) -> Product | None:
        return self._products.get_many([entity_id]).get(entity_id)

    @override
    def embedding(self, space: EmbeddingSpace, fingerprint_id: str) -> Vector | None:
        picture = self._pictures.get_many([fingerprint_id]).get(fingerprint_id)
        packed = picture.fingerprint.embeddings.get(space.version) if picture else None
        if packed is not None:
            [found] = unpack([packed], space.dimension)
            return np.asarray(found)
        if why := self._refusal(space.version, fingerprint_id):
            raise PictureRefusedError(why)
        return None

    @override
    def orders(
        self, space: EmbeddingSpace, query: Vector, wanted: ProductFilter
    ) -> Iterator[Order]:
        known: Known = {}
        for limit in LIMITS:
            found = self._indices[space.version].nearest(query, limit, wanted)
            is_whole = len(found) < limit
            yield Order(self._products_of(found, known), is_whole)
            if is_whole:
                return

    def _products_of(self, found: Sequence[LikeProduct], known: Known) -> Iterator[Found]:
        """The products of an answer of the index, each once, by its likest picture."""
        likest: dict[str, LikeProduct] = {}
        for each in found:
            likest.setdefault(each.entity_id, each)
        left = iter(likest.values())
        while some := list(islice(left, READ_AT_ONCE)):
            yield from self._stored(some, known)

    def _stored(self, found: Sequence[LikeProduct], known: Known) -> Iterator[Found]:
        if new := [each.entity_id for each in found if each.entity_id not in known]:
            products = self._products.get_many(new)
            known.update({entity_id: products.get(entity_id) for entity_id in new})
        for each in found:
            product = known[each.entity_id]
            if product is None or each.fingerprint_id not in product.pictures:
                continue
            index = product.image_index(each.fingerprint_id)
            if product.images[index].state is ProductState.ACTIVE:
                yield product, index, each.cosine
