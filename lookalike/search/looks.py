"""Finds the products whose pictures look like a query."""

from __future__ import annotations

from dataclasses import replace

from lookalike.errors import ImageFeaturelessError, TransientError, UnknownProductError
from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.network import Network
from lookalike.images.preparation import PreparedPicture
from lookalike.products import Product, ProductState
from lookalike.search.likeness import LikenessScale
from lookalike.search.models.errors import PictureRefusedError
from lookalike.search.models.model import EmbeddingModel
from lookalike.search.models.registry import Models
from lookalike.search.options import SearchOptions
from lookalike.search.ranking import Order, Ranking
from lookalike.search.result import SearchResult, SimilarProduct, facets_of
from lookalike.storage.embeddings import Vector

POOL = 200
"""Nearest products of which facets are counted, and for which shown ones may stand."""
MAX_READ = 2_000
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
        return self._found(model, self._embedded(model, picture), options)

    def by_product(self, entity_id: str, options: SearchOptions) -> SearchResult:
        """The products that look like a stored one, without itself.

        The query is the first picture of the product that shows something and is embedded.

        Raises:
            UnknownProductError: there is no such product.
            BadParameterError: there is no such model.
            ImageFeaturelessError: no picture of the product shows enough.
            NotEmbeddedError: the model has embedded none of them yet.
            PictureRefusedError: it refuses them.
            StorageUnavailableError: a store does not answer.
        """
        product = self._ranking.product(entity_id)
        if product is None:
            raise UnknownProductError.of(entity_id)
        model = self._model(options)
        found = self._embedding(model, product)
        if found is None:
            raise NotEmbeddedError(
                f"The picture of {entity_id!r} has no embedding of the model {model.name!r} yet.",
                "A running service computes it soon; `lookalike index embed` does it at once.",
            )
        index, query = found
        return replace(self._found(model, query, options, entity_id), query_image_index=index)

    def _embedded(self, model: EmbeddingModel, picture: PreparedPicture) -> Vector:
        return model.embed(Analysis(picture, self._network))

    def _embedding(self, model: EmbeddingModel, product: Product) -> tuple[int, Vector] | None:
        """The first picture of a product that can be compared, by its number, and its embedding."""
        numbered = enumerate(product.images)
        shown = [(n, image) for n, image in numbered if image.state is ProductState.ACTIVE]
        if not shown:
            raise ImageFeaturelessError(
                f"No picture of {product.entity_id!r} shows enough to be compared."
            )
        refusal: PictureRefusedError | None = None
        for number, image in shown:
            try:
                found = self._ranking.embedding(model.space, image.fingerprint_id)
            except PictureRefusedError as error:
                refusal = error
                continue
            if found is not None:
                return number, found
        if refusal is not None:
            raise refusal
        return None

    def _model(self, options: SearchOptions) -> EmbeddingModel:
        """The model that the caller names, else that which the default name stands for now."""
        if options.model is None:
            serving = self._ranking.serving(self._models.versions.keys())
            if (model := self._models.of_version(serving)) is not None:
                return model
        return self._models.named(options.model)

    def _found(
        self, model: EmbeddingModel, query: Vector, options: SearchOptions, own: str | None = None
    ) -> SearchResult:
        found = _Answer(options, self._models.scales.get(model.space.version))
        for order in self._ranking.orders(model.space, query, options.wanted):
            found = _Answer(options, found.scale, own)
            if found.read(order):
                break
        return SearchResult(
            list(found.shown.values()),
            facets_of(found.pool),
            model.name,
            model.space.version,
            is_cut=found.is_cut,
        )


class _Answer:
    """What becomes of products in the order of their likeness.

    Attributes:
        scale: what a cosine means.
        shown: the nearest product of each group.
        pool: the nearest products.
        is_cut: whether fewer are shown than are wanted, though not all products were read.
    """

    def __init__(
        self, options: SearchOptions, scale: LikenessScale | None, own: str | None = None
    ) -> None:
        self.scale = scale
        self.shown: dict[object, SimilarProduct] = {}
        self.pool: list[Product] = []
        self.is_cut = False
        self._options = options
        self._own = own
        self._group = options.group()

    def read(self, order: Order) -> bool:
        """Read an order from its beginning; whether it was long enough."""
        for count, (product, image_index, cosine) in enumerate(order.found, 1):
            if product.entity_id != self._own and self._options.admits(product):
                self._place(product, image_index, cosine)
                if len(self.pool) < POOL:
                    self.pool.append(product)
            is_full = len(self.shown) == self._options.top
            if is_full and len(self.pool) == POOL:
                return True
            if count == MAX_READ:
                self.is_cut = not is_full
                return True
        self.is_cut = not order.is_whole and len(self.shown) < self._options.top
        return False

    def _place(self, product: Product, image_index: int, cosine: float) -> None:
        """Show a product, or let the nearest one of its group stand for it."""
        key = self._group(product)
        if key in self.shown:
            self.shown[key] = replace(self.shown[key], others=self.shown[key].others + 1)
        elif len(self.shown) < self._options.top:
            percentage = self.scale.percentage(cosine) if self.scale else None
            self.shown[key] = SimilarProduct(product, cosine, percentage, 0, image_index)
