"""A row of a catalogue on its way to a product, and what becomes of each of its pictures."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.refused_images import RefusedImage, without_pictures, without_some
from lookalike.catalogue.registration import RegisteredImage, Registration
from lookalike.catalogue.web_revision import WebRevision
from lookalike.errors import TransientError
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.fetching.validators import NO_VALIDATORS
from lookalike.imports.picture_request import Outcome, PictureRequest, ReadPicture
from lookalike.pictures import Fingerprint
from lookalike.products import Product, ProductImage
from lookalike.storage.import_runs import FailedRow


@dataclass(frozen=True, slots=True)
class PictureToRead:
    """A picture that has to be fingerprinted.

    Attributes:
        address: of the picture.
        revision: of its file; empty where it is at a web address.
        stored: as the product shows it, where it may be the same still.
    """

    address: str
    revision: str = ""
    stored: ProductImage | None = None

    @property
    def request(self) -> PictureRequest:
        """What a worker is asked."""
        known = WebRevision.parse(self.stored.source_revision) if self.stored else None
        return PictureRequest(self.address, known.validators if known else NO_VALIDATORS)

    def revision_of(self, read: ReadPicture, now: int) -> str:
        """The source revision of the picture that was read."""
        return self.revision or str(WebRevision(ALGORITHM_VERSION, now, read.validators))


_Image = ProductImage | PictureToRead | RefusedImage
"""Stored already, to be read, or refused."""


@dataclass(frozen=True, slots=True)
class RowToRegister:
    """A row, and what is to be done with each of its pictures.

    Attributes:
        row: of the catalogue.
        images: its pictures.
        refreshed: the product, where it is stored as in the row, but for pictures that are asked
            for again.
    """

    row: CatalogueRow
    images: Sequence[_Image]
    refreshed: Product | None = None

    @property
    def requests(self) -> list[PictureRequest]:
        """The pictures that have to be read, in order."""
        return [image.request for image in self.images if isinstance(image, PictureToRead)]

    @property
    def reused(self) -> list[str]:
        """The fingerprint ids of pictures that are stored already, or may be the same still."""
        return [image.fingerprint_id for image in map(_as_stored, self.images) if image]

    @property
    def failure(self) -> FailedRow | None:
        """Why the row is refused, where all of its pictures are."""
        refused = self._refused
        return without_pictures(self.row, refused) if len(refused) == len(self.images) else None

    @property
    def _refused(self) -> list[RefusedImage]:
        return [image for image in self.images if isinstance(image, RefusedImage)]

    def is_stored_as(self, product: Product) -> bool:
        """Return whether nothing would change, and no picture is read or refused."""
        is_known = all(isinstance(image, ProductImage) for image in self.images)
        return not self.row.left_out and is_known and not self.changes(product)

    def changes(self, product: Product) -> bool:
        """Return whether registering the row would change a product that is stored."""
        left = (image for image in self.images if not isinstance(image, RefusedImage))
        kept = tuple(_as_stored(image) or image for image in left)
        stored = (product.images, product.sku, product.attributes)
        return (kept, self.row.sku, self.row.attributes) != stored

    def asked_again(self) -> RowToRegister:
        """Let pictures be asked for again that are known: a web address may show another one."""
        images = [
            PictureToRead(image.image_url or "", _file_revision(image), image)
            if isinstance(image, ProductImage)
            else image
            for image in self.images
        ]
        return replace(self, images=images)

    def read_anew(self, stored: Collection[str]) -> RowToRegister:
        """Let pictures be read, whatever is known, that should be stored but are lost."""
        return replace(self, images=[_unless_lost(image, stored) for image in self.images])

    def registered(
        self, stored: Mapping[str, Fingerprint], outcomes: Iterator[Outcome], now: int
    ) -> tuple[Registration | None, FailedRow | None]:
        """The registration of the row, and what is wrong with it; at least one of them.

        Args:
            stored: the fingerprints of reused pictures.
            outcomes: of the pictures that were read; those of this row come next.
            now: seconds since the epoch (UTC).
        """
        settled = [self._settled(image, stored, outcomes, now) for image in self.images]
        images = [image for image in settled if isinstance(image, RegisteredImage)]
        refused = [image for image in settled if isinstance(image, RefusedImage)]
        if not images:
            return None, without_pictures(self.row, refused)
        row = self.row
        registration = Registration(row.entity_id, row.sku, images, row.attributes)
        return registration, without_some(row, refused)

    def _settled(
        self,
        image: _Image,
        stored: Mapping[str, Fingerprint],
        outcomes: Iterator[Outcome],
        now: int,
    ) -> RegisteredImage | RefusedImage:
        match image:
            case ProductImage():
                return _kept(image, stored)
            case RefusedImage():
                return image
        outcome = next(outcomes)
        if isinstance(outcome, ReadPicture):
            fingerprint = outcome.fingerprint or _kept(_require(image.stored), stored).fingerprint
            return RegisteredImage(image.address, fingerprint, image.revision_of(outcome, now))
        if self.refreshed and image.stored and isinstance(outcome, TransientError):
            return _kept(image.stored, stored)
        return RefusedImage(image.address, outcome.code, outcome.detail)

    def is_still(self, product: Product) -> bool:
        """Return whether what was read is what the product showed before."""
        before = self.refreshed
        return before is not None and _without_sources(before) == _without_sources(product)


def _kept(image: ProductImage, stored: Mapping[str, Fingerprint]) -> RegisteredImage:
    return RegisteredImage(image.image_url, stored[image.fingerprint_id], image.source_revision)


def _as_stored(image: _Image) -> ProductImage | None:
    match image:
        case ProductImage():
            return image
        case PictureToRead():
            return image.stored
        case RefusedImage():
            return None


def _unless_lost(image: _Image, stored: Collection[str]) -> _Image:
    known = _as_stored(image)
    if known is None or known.fingerprint_id in stored:
        return image
    return PictureToRead(known.image_url or "", _file_revision(known))


def _file_revision(image: ProductImage) -> str:
    is_web = WebRevision.parse(image.source_revision) is not None
    return "" if is_web else image.source_revision


def _without_sources(product: Product) -> Product:
    further = tuple(replace(image, source_revision="") for image in product.further_images)
    return replace(product, source_revision="", further_images=further)


def _require(image: ProductImage | None) -> ProductImage:
    """The picture that a server says is the same: only what is known is asked about."""
    if image is None:
        raise AssertionError("a server is asked about the version of a known picture alone")
    return image
