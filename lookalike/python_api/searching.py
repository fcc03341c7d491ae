"""A catalogue that can be searched by looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from lookalike.errors import BadParameterError
from lookalike.fingerprint.network import Network
from lookalike.python_api.open_catalogue import OpenCatalogue
from lookalike.python_api.pictures import AnyPicture, prepared
from lookalike.search.embedding import MissingEmbeddings
from lookalike.search.looks import LooksSearch
from lookalike.search.models.registry import Models
from lookalike.search.options import DEFAULT_TOP, SearchOptions
from lookalike.search.ranked_pictures import RankedPictures
from lookalike.search.result import SearchResult
from lookalike.storage.embeddings import StorageWithEmbeddings


class SearchableCatalogue(OpenCatalogue):
    """The products of a storage, and what looks like them.

    Args:
        storage: holds them; it is closed with the catalogue.
        folder: where it is; ``None``: in memory.
        models: that its pictures are embedded with.
        network: of the fingerprint.
    """

    def __init__(
        self,
        storage: StorageWithEmbeddings,
        folder: Path | None,
        models: Models,
        network: Network,
    ) -> None:
        super().__init__(storage, folder)
        self._looks = LooksSearch(RankedPictures(storage), models, network)
        self._missing = MissingEmbeddings(storage, models, network)

    def search(  # noqa: PLR0913 - keywords, each with a default
        self,
        picture: AnyPicture | None = None,
        *,
        entity_id: str | None = None,
        top: int = DEFAULT_TOP,
        model: str | None = None,
        attributes: Mapping[str, str] | None = None,
        exclude_entity_ids: Iterable[str] = (),
        exclude_skus: Iterable[str] = (),
        diversify: str | None = None,
    ) -> SearchResult:
        """Find the products that look like a picture, or like a stored product.

        Args:
            picture: the query; either it or ``entity_id`` is given.
            entity_id: a stored product, which is left out of the answer.
            top: how many products at most, 1 to 100.
            model: the model that compares; ``None``: the configured default.
            attributes: only products with all of these attributes.
            exclude_entity_ids: products to leave out.
            exclude_skus: products with these skus are left out.
            diversify: what only the nearest product is shown of: ``picture``, ``sku``, ``style``
                (the sku without its part behind the last hyphen) or ``attribute:NAME``.

        Raises:
            BadParameterError: an option is out of range, there is no such model, or not exactly
                one query is given.
            NotEmbeddedError: the product's picture has no embedding yet: see ``embed``.
            UnknownProductError: there is no such product.
            ImageError: the picture cannot be read.
        """
        options = SearchOptions(
            top=top,
            model=model,
            attributes=frozenset((attributes or {}).items()),
            exclude_entity_ids=frozenset(exclude_entity_ids),
            exclude_skus=frozenset(exclude_skus),
            diversify=diversify,
        )
        self._require_open()
        if picture is not None and entity_id is None:
            return self._looks.by_picture(prepared(picture), options)
        if entity_id is not None and picture is None:
            return self._looks.by_product(entity_id, options)
        raise BadParameterError("Give either a picture or an entity_id.")

    def embed(self) -> None:
        """Embed the stored pictures that a configured model has not embedded yet.

        Pictures are embedded when they are added; this is for those of an earlier release, of
        exports, or from before ``models.toml`` was changed. Afterwards, searches that name no model
        use the configured default.
        """
        self._require_open()
        self._missing.compute()
