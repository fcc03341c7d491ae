"""Finds the products whose pictures look like a query."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from lookalike.errors import TransientError, UnknownProductError
from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.network import Network
from lookalike.images.preparation import PreparedPicture
from lookalike.products import Product, ProductState
from lookalike.search.likeness import shipped_scales
from lookalike.search.models.model import EmbeddingModel
from lookalike.search.models.registry import Models
from lookalike.search.options import SearchOptions
from lookalike.search.result import SearchResult, SimilarProduct, facets_of
from lookalike.storage.embeddings import Likeness, StorageWithEmbeddings, Vector
from lookalike.storage.listing import EVERY_PRODUCT

DEFAULT_ALIAS = "default"
"""The name that stands for the version of searches that name no model."""
POOL = 200
"""Nearest products of which facets are counted, and for which shown ones may stand."""
MAX_READ = 5_000
"""Products that a search reads at most, however few groups they fall into."""
MAX_PRODUCTS_PER_PICTURE = 1_000
WALKED = (256, 2_048)
"""Nearest pictures that are read before a filter is put to the storage: most filters let enough of
them pass, and then only these products are read instead of all."""
_GROWTH = 4

Found = tuple[Product, int, float]
"""A product, which of its images it is found by, and the cosine of that to the query."""


class NotEmbeddedError(TransientError):
    """The model that a search names has not embedded the picture of its product yet."""

    code = "not_embedded"
    title = "Not embedded yet"


class LooksSearch:
    """Searches one storage by looks.

    Args:
        storage: the catalogue.
        models: that its pictures are embedded with.
        network: of the fingerprint, which the built-in model uses.
    """

    def __init__(self, storage: StorageWithEmbeddings, models: Models, network: Network) -> None:
        self._storage = storage
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
            StorageUnavailableError: a store does not answer.
        """
        product = self._storage.products.get_many([entity_id]).get(entity_id)
        if product is None:
            raise UnknownProductError.of(entity_id)
        model = self._model(options)
        query = self._storage.embeddings.get(model.space, product.fingerprint_id)
        if query is None:
            raise NotEmbeddedError(
                f"The picture of {entity_id!r} has no embedding of the model {model.name!r} yet. "
                "A running service computes it soon; `lookalike index embed` does it at once."
            )
        return self._found(model, query, options, entity_id)

    def _model(self, options: SearchOptions) -> EmbeddingModel:
        """The model that the caller names, else that which the default name stands for now."""
        if options.model is None:
            serving = self._storage.embeddings.alias(DEFAULT_ALIAS)
            if (model := self._models.of_version(serving)) is not None:
                return model
        return self._models.named(options.model)

    def _found(
        self, model: EmbeddingModel, query: Vector, options: SearchOptions, own: str | None = None
    ) -> SearchResult:
        nearest = (each for each in self._nearest(model, query, options) if _id(each) != own)
        group, pool = options.group(), list[Product]()
        shown: dict[object, SimilarProduct] = {}
        for product, image_index, cosine in islice(nearest, MAX_READ):
            key = group(product)
            if key in shown:
                shown[key] = replace(shown[key], others=shown[key].others + 1)
            elif len(shown) < options.top:
                percentage = _percentage(model, cosine)
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
        """Products that the caller wants to see, highest cosine first, each once.

        A picture that shows nothing looks like every other such picture, and like no product.
        """
        seen = set[str]()
        for likeness in self._ranking(model, query, options):
            showing = self._storage.products.showing(likeness.fingerprint_id)
            for product in islice(showing, MAX_PRODUCTS_PER_PICTURE):
                index = product.image_index(likeness.fingerprint_id)
                is_wanted = product.entity_id not in seen and options.admits(product)
                if is_wanted and product.images[index].state is ProductState.ACTIVE:
                    seen.add(product.entity_id)
                    yield product, index, likeness.cosine

    def _ranking(
        self, model: EmbeddingModel, query: Vector, options: SearchOptions
    ) -> Iterator[Likeness]:
        """Pictures by cosine, as many as are asked for, each once.

        A filter is put to the storage only where the nearest pictures of all are not enough; the
        order is the same, since what passes it comes in the same order in both.
        """
        passed = set[str]()
        filtered = _limits(start=WALKED[-1] * _GROWTH if not options.attributes else WALKED[0])
        steps = [(limit, EVERY_PRODUCT) for limit in WALKED]
        for limit, wanted in (*steps, *((limit, options.wanted) for limit in filtered)):
            found = self._storage.embeddings.nearest(model.space, query, limit, wanted)
            yield from (each for each in found if each.fingerprint_id not in passed)
            passed.update(each.fingerprint_id for each in found)
            if len(found) < limit:
                return


def _limits(start: int) -> list[int]:
    """Numbers of pictures to ask for, each four times the one before, up to very many."""
    return [start * _GROWTH**step for step in range(9)]


def _id(found: Found) -> str:
    return found[0].entity_id


def _percentage(model: EmbeddingModel, cosine: float) -> float | None:
    scale = shipped_scales().get(model.space.version)
    return None if scale is None else scale.percentage(cosine)
