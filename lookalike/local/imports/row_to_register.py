"""A row of a catalogue on its way to a product, and what becomes of each of its pictures."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lookalike.catalogue.refused_images import RefusedImage, without_pictures, without_some
from lookalike.catalogue.registration import RegisteredImage, Registration
from lookalike.catalogue.rows import CatalogueRow
from lookalike.pictures import Fingerprint
from lookalike.products import Product, ProductImage
from lookalike.storage.import_runs import FailedRow

if TYPE_CHECKING:
    from lookalike.local.imports.fingerprint_worker import Outcome


@dataclass(frozen=True, slots=True)
class PictureToRead:
    """A picture that has to be fingerprinted, and the revision of its source."""

    address: str
    revision: str


@dataclass(frozen=True, slots=True)
class RowToRegister:
    """A row, and for each of its pictures: stored already, to be read, or refused."""

    row: CatalogueRow
    images: Sequence[ProductImage | PictureToRead | RefusedImage]

    @property
    def addresses(self) -> list[str]:
        """The pictures that have to be read, in order."""
        return [image.address for image in self.images if isinstance(image, PictureToRead)]

    @property
    def reused(self) -> list[str]:
        """The fingerprint ids of the pictures that are stored already."""
        return [image.fingerprint_id for image in self.images if isinstance(image, ProductImage)]

    @property
    def failure(self) -> FailedRow | None:
        """Why the row is refused, where all of its pictures are."""
        refused = self._refused
        return without_pictures(self.row, refused) if len(refused) == len(self.images) else None

    @property
    def _refused(self) -> list[RefusedImage]:
        return [image for image in self.images if isinstance(image, RefusedImage)]

    def is_stored_as(self, product: Product) -> bool:
        """Return whether nothing would change, and no picture is refused."""
        return not self.row.left_out and not self._refused and not self.changes(product)

    def changes(self, product: Product) -> bool:
        """Return whether registering the row would change a product that is stored."""
        kept = tuple(image for image in self.images if not isinstance(image, RefusedImage))
        stored = (product.images, product.sku, product.attributes)
        return (kept, self.row.sku, self.row.attributes) != stored

    def read_anew(self, stored: Collection[str]) -> RowToRegister:
        """Let pictures be read that should be stored, but are lost."""
        return replace(
            self,
            images=[
                PictureToRead(image.image_url or "", image.source_revision)
                if isinstance(image, ProductImage) and image.fingerprint_id not in stored
                else image
                for image in self.images
            ],
        )

    def registered(
        self, stored: Mapping[str, Fingerprint], outcomes: Iterator[Outcome]
    ) -> tuple[Registration | None, FailedRow | None]:
        """The registration of the row, and what is wrong with it; at least one of them.

        Args:
            stored: the fingerprints of reused pictures.
            outcomes: of the pictures that were read; those of this row come next.
        """
        settled = [_settled(image, stored, outcomes) for image in self.images]
        images = [image for image in settled if isinstance(image, RegisteredImage)]
        refused = [image for image in settled if isinstance(image, RefusedImage)]
        if not images:
            return None, without_pictures(self.row, refused)
        row = self.row
        registration = Registration(row.entity_id, row.sku, images, row.attributes)
        return registration, without_some(row, refused)


def _settled(
    image: ProductImage | PictureToRead | RefusedImage,
    stored: Mapping[str, Fingerprint],
    outcomes: Iterator[Outcome],
) -> RegisteredImage | RefusedImage:
    match image:
        case ProductImage():
            fingerprint = stored[image.fingerprint_id]
            return RegisteredImage(image.image_url, fingerprint, image.source_revision)
        case PictureToRead():
            outcome = next(outcomes)
            if isinstance(outcome, Fingerprint):
                return RegisteredImage(image.address, outcome, image.revision)
            return RefusedImage(image.address, outcome.code, outcome.detail)
        case RefusedImage():
            return image
