"""Searching the catalogue by looks."""

from __future__ import annotations

from lookalike.errors import BadParameterError
from lookalike.http.pictures import PictureReader, PictureSource
from lookalike.search.looks import LooksSearch
from lookalike.search.options import SearchOptions
from lookalike.search.result import SearchResult


class SearchByLooks:
    """Searches with a picture, or with a stored product.

    Args:
        reader: fetches and decodes pictures.
        search: finds what looks like them.
    """

    def __init__(self, reader: PictureReader, search: LooksSearch) -> None:
        self._reader = reader
        self._search = search

    def by_picture(self, source: PictureSource, options: SearchOptions) -> SearchResult:
        """The products that look like a picture.

        Raises:
            ImageError: the picture is refused.
            BadParameterError: there is no such model.
            TransientError: the picture's server or a store does not answer.
        """
        return self._search.by_picture(self._reader.read(source), options)

    def by_either(
        self, image_url: str | None, entity_id: str | None, options: SearchOptions
    ) -> SearchResult:
        """The products that look like the picture at an address, or like a stored product.

        Raises:
            BadParameterError: both are given or none, or there is no such model.
            UnknownProductError: there is no such product.
            NotEmbeddedError: its picture has no embedding yet.
            ImageError: the picture is refused.
            TransientError: the picture's server or a store does not answer.
        """
        if image_url is not None and entity_id is None:
            return self.by_picture(image_url, options)
        if entity_id is not None and image_url is None:
            return self._search.by_product(entity_id, options)
        raise BadParameterError("Give either image_url or entity_id, and not both.")
