"""The stores that a reconciliation of pictures goes through."""

from __future__ import annotations

from dataclasses import dataclass

from lookalike.storage.paging import (
    PagedPictures,
    PagedProducts,
    PicturePage,
    PictureSummary,
    Segment,
)
from lookalike.storage.synced_index import SyncedIndex


@dataclass(frozen=True, slots=True)
class ReconciledStores:
    """The stores that are reconciled.

    Attributes:
        pictures: the stored pictures, which are the truth.
        products: counted on the way.
        index: the index of the pictures of one algorithm version.
        version: that algorithm version.
    """

    pictures: PagedPictures
    products: PagedProducts
    index: SyncedIndex
    version: str

    def page(self, after: str | None, segment: Segment) -> PicturePage:
        """A page of the stored pictures.

        Raises:
            StorageUnavailableError: the table does not answer.
        """
        return next(self.pictures.pages(after, segment))

    def ours(self, page: PicturePage) -> list[PictureSummary]:
        """The pictures of a page that the index should have."""
        return [picture for picture in page.pictures if picture.version == self.version]
