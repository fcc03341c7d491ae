"""The pictures of a row as they are sent to a service, and what becomes of them there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lookalike.api.products.models import ProductAnswer
from lookalike.api.products.service import ImageDescription, ProductDescription
from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.exports.registration import exported_registration
from lookalike.catalogue.refused_images import RefusedImage, without_pictures, without_some
from lookalike.errors import LookalikeError
from lookalike.images.fetching.fetcher import is_path
from lookalike.images.fetching.folder import FolderFetcher
from lookalike.storage.import_runs import FailedRow


@dataclass(frozen=True, slots=True)
class SentImages:
    """The pictures of a row: fingerprints, files and web addresses.

    Attributes:
        row: whose they are.
        images: in order; files that cannot be read are refused here.
    """

    row: CatalogueRow
    images: Sequence[ImageDescription | RefusedImage]

    @classmethod
    def of(cls, row: CatalogueRow, folder: FolderFetcher | None) -> SentImages:
        """The pictures of a row; those that are files below a folder keep their path.

        Raises:
            RowRefusedError: a fingerprint of an export is damaged or of another version.
        """
        if row.pictures:
            known = exported_registration(row).images
            return cls(row, [ImageDescription(each.fingerprint, each.image_url) for each in known])
        return cls(row, [_image(address, folder) for address in row.image_urls])

    @property
    def described(self) -> ProductDescription | None:
        """The product to send; ``None`` where none of its pictures is left."""
        images = [image for image in self.images if isinstance(image, ImageDescription)]
        if not images:
            return None
        leaves_out = len(images) > 1 and not self.row.pictures
        return ProductDescription(self.row.sku, images, self.row.attributes, leaves_out=leaves_out)

    @property
    def failure(self) -> FailedRow:
        """The failure of the row where none of its pictures is left."""
        return without_pictures(self.row, self._refused_here)

    def refused(self, put: ProductAnswer) -> FailedRow | None:
        """What is wrong with the product that a service has stored, if anything is."""
        sent = [n for n, each in enumerate(self.images) if isinstance(each, ImageDescription)]
        there = [
            RefusedImage(self.row.image_urls[sent[each.image_index]], each.code, each.detail)
            for each in put.refused_images
        ]
        return without_some(self.row, [*self._refused_here, *there])

    @property
    def _refused_here(self) -> list[RefusedImage]:
        return [image for image in self.images if isinstance(image, RefusedImage)]


def _image(address: str, folder: FolderFetcher | None) -> ImageDescription | RefusedImage:
    if folder is None or not is_path(address):
        return ImageDescription(address)
    try:
        return ImageDescription(folder.fetch(address), address)
    except LookalikeError as error:
        return RefusedImage(address, error.code, error.detail)
