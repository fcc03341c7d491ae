"""Stores that are read a page at a time, so that a long walk can stop and go on later."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lookalike.products import Product
from lookalike.storage.interfaces import PictureStore, ProductStore


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a store. No part has anything of another one; a cursor belongs to its part.

    Attributes:
        number: of the part, from 0.
        of: how many parts there are.
    """

    number: int = 0
    of: int = 1


WHOLE = Segment()
"""All of a store, as one part."""


@dataclass(frozen=True, slots=True)
class PictureSummary:
    """A stored picture without its fingerprint.

    Attributes:
        fingerprint_id: its key.
        version: algorithm version; empty where the store does not know one.
        last_seen: seconds since the epoch (UTC) when a product last registered it.
        times_seen: how often it was registered.
    """

    fingerprint_id: str
    version: str
    last_seen: int
    times_seen: int


@dataclass(frozen=True, slots=True)
class PicturePage:
    """One page of all pictures, in no particular order.

    Attributes:
        pictures: as they were moments ago.
        after: cursor of the next page; ``None`` on the last page.
    """

    pictures: Sequence[PictureSummary]
    after: str | None


class PagedPictures(PictureStore):
    """Pictures that can be listed and swept page by page."""

    @abstractmethod
    def pages(self, after: str | None = None, segment: Segment = WHOLE) -> Iterator[PicturePage]:
        """All pictures of a part, read lazily.

        Args:
            after: the cursor of an earlier page (``PicturePage.after``); ``None``: from the start.
            segment: the part.

        Raises:
            StorageUnavailableError: the store does not answer.
        """

    @abstractmethod
    def sweep_page(self, page: PicturePage, last_seen_before: int) -> int:
        """Do what ``sweep`` does for the pictures of one page; how many were removed.

        Raises:
            StorageUnavailableError: the store does not answer.
        """


class PagedProducts(ProductStore):
    """Products that can be counted and read page by page."""

    @abstractmethod
    def count_page(self, after: str | None, segment: Segment = WHOLE) -> tuple[int, str | None]:
        """Return the size of the next page, and its cursor (``None``: there is no further page).

        Args:
            after: the cursor of the page before; ``None``: from the start.
            segment: the part that it is a page of.

        Raises:
            StorageUnavailableError: the store does not answer.
        """

    @abstractmethod
    def stored_page(
        self, after: str | None, limit: int, segment: Segment = WHOLE
    ) -> tuple[list[Product | None], str | None]:
        """Return the products of the next page, and its cursor (``None``: there is no further one).

        They are as they were moments ago; one that is damaged is ``None``.

        Args:
            after: the cursor of the page before; ``None``: from the start.
            limit: of a page; 1 or more.
            segment: the part that it is a page of.

        Raises:
            StorageUnavailableError: the store does not answer.
        """

    @abstractmethod
    def spread_ids(self, count: int) -> list[str]:
        """Return up to so many entity ids, ascending, that lie about equally far apart.

        Raises:
            StorageUnavailableError: the store does not answer.
        """
