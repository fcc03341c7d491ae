"""Finds the products whose pictures look like a query."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from lookalike.errors import TransientError, UnknownProductError
from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.network import Network
from lookalike.images.preparation import PreparedPicture
from lookalike.products import Product
from lookalike.search.models.model import EmbeddingModel
from lookalike.search.models.registry import Models
from lookalike.search.options import SearchOptions
from lookalike.search.ranking import Found, Ranking
from lookalike.search.result import SearchResult, SimilarProduct, facets_of
from lookalike.storage.embeddings import Vector

POOL = 200
"""Nearest products of which facets are counted, and for which shown ones may stand."""
MAX_READ = 5_000
"""Products that a search reads at most, however few groups they fall into."""


class NotEmbeddedError(TransientError):
    """The model that a search names has not embedded the picture of its product yet."""

    code = "not_embedded"
    title = "Not embedded yet"


class LooksSearch:
    """Searches one catalogue by looks.

    Args:
        ranking: puts its products in order.
        models: that its pictures are embedded with.
        network: of the fingerprint, which the built-in model uses.
    """

    def __init__(self, ranking: Ranking, models: Models, network: Network) -> None:
        self._ranking = ranking
        self._models = models
        self._network = network

    def by_picture(self, picture: PreparedPicture, options: SearchOptions) -> SearchResult:
        """The products that look like a picture.

        Raises:
            BadParameterError: there is no such model.
            StorageUnavailableError: a store does not answer.
        """
        model = self._model(options)
        return self._found(model, model.embed(Analysis(picture, self._network)), options)

    def by_product(self, entity_id: str, options: SearchOptions) -> SearchResult:
        """The products that look like a stored one, without itself.

        Raises:
            UnknownProductError: there is no such product.
            BadParameterError: there is no such model.
            NotEmbeddedError: it has not embedded the product's picture yet.
            PictureRefusedError: it refuses the product's picture.
            StorageUnavailableError: a store does not answer.
        """
        product = self._ranking.product(entity_id)
        if product is None:
            raise UnknownProductError.of(entity_id)
        model = self._model(options)
        query = self._ranking.embedding(model.space, product.fingerprint_id)
        if query is None:
            raise NotEmbeddedError(
                f"The picture of {entity_id!r} has no embedding of the model {model.name!r} yet. "
                "On one machine, a running service computes it soon; `lookalike index embed` does "
                "it at once."
            )
        return self._found(model, query, options, entity_id)

    def _model(self, options: SearchOptions) -> EmbeddingModel:
        """The model that the caller names, else that which the default name stands for now."""
        if options.model is None:
            serving = self._ranking.serving()
            if (model := self._models.of_version(serving)) is not None:
                return model
        return self._models.named(options.model)

    def _found(
        self, model: EmbeddingModel, query: Vector, options: SearchOptions, own: str | None = None
    ) -> SearchResult:
        nearest = (each for each in self._nearest(model, query, options) if _id(each) != own)
        group, pool = options.group(), list[Product]()
        scale = self._models.scales.get(model.space.version)
        shown: dict[object, SimilarProduct] = {}
        for product, image_index, cosine in islice(nearest, MAX_READ):
            key = group(product)
            if key in shown:
                shown[key] = replace(shown[key], others=shown[key].others + 1)
            elif len(shown) < options.top:
                percentage = scale.percentage(cosine) if scale else None
                shown[key] = SimilarProduct(product, cosine, percentage, 0, image_index)
            if len(pool) < POOL:
                pool.append(product)
            elif len(shown) == options.top:
                break
        products = list(shown.values())
        return SearchResult(products, facets_of(pool), model.name, model.space.version)

    def _nearest(
        self, model: EmbeddingModel, query: Vector, options: SearchOptions
    ) -> Iterator[Found]:
        found = self._ranking.nearest(model.space, query, options.wanted)
        return (each for each in found if options.admits(each[0]))


def _id(found: Found) -> str:
    return found[0].entity_id
