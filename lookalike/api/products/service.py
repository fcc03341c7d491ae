"""Storing, reading, listing and deleting products."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from dataclasses import dataclass
from itertools import count

from lookalike.api.products.listing import ListProducts
from lookalike.catalogue.registration import RegisteredImage, Registration, register
from lookalike.errors import OutdatedFingerprintError, UnknownProductError, prefix_errors
from lookalike.fingerprint.fingerprinter import Fingerprinter
from lookalike.http.pictures import PictureReader, PictureSource
from lookalike.pictures import Fingerprint
from lookalike.products import Product
from lookalike.storage.interfaces import PutOutcome, Storage

READ_AT_ONCE = 4
"""Pictures of one product that are read at the same time."""


@dataclass(frozen=True, slots=True)
class StoredProduct:
    """A product, and the fingerprints of its pictures by id; those that the store has lost lack."""

    product: Product
    fingerprints: Mapping[str, Fingerprint]


@dataclass(frozen=True, slots=True)
class ImageDescription:
    """A picture of a product as a caller describes it."""

    source: PictureSource | Fingerprint
    stored_image_url: str | None = None

    @property
    def image_url(self) -> str | None:
        """The address to store; ``None`` if the request has none."""
        if self.stored_image_url is not None:
            return self.stored_image_url
        return self.source if isinstance(self.source, str) else None


@dataclass(frozen=True, slots=True)
class ProductDescription:
    """A product as a caller describes it; the first image is the main one."""

    sku: str
    images: Sequence[ImageDescription]
    attributes: Mapping[str, str]


class ManageProducts(ListProducts):
    """Stores, reads, lists and deletes products.

    Args:
        reader: fetches and decodes pictures.
        fingerprinter: computes their fingerprints.
        storage: keeps products and pictures.
        clock: seconds since the epoch (UTC).
    """

    def __init__(
        self,
        reader: PictureReader,
        fingerprinter: Fingerprinter,
        storage: Storage,
        clock: Callable[[], float],
    ) -> None:
        super().__init__(storage)
        self._reader = reader
        self._fingerprinter = fingerprinter
        self._clock = clock

    def put(
        self, entity_id: str, description: ProductDescription
    ) -> tuple[PutOutcome, StoredProduct]:
        """Create or replace a product; the same call again changes nothing.

        Raises:
            ImageError: a picture is refused, and nothing has changed. Where there are several, the
                detail begins with ``images[…]``.
            OutdatedFingerprintError: a fingerprint is of another algorithm version.
            TransientError: a picture's server or a store does not answer.
        """
        images = self._read_all(description.images)
        registration = Registration(entity_id, description.sku, images, description.attributes)
        [outcome] = register(self._storage, [registration], now=int(self._clock()))
        fingerprints = {image.fingerprint.fingerprint_id: image.fingerprint for image in images}
        return outcome, StoredProduct(registration.product, fingerprints)

    def _read_all(self, images: Sequence[ImageDescription]) -> list[RegisteredImage]:
        if len(images) == 1:
            return [self.read_image(images[0])]

        def read(number: int, image: ImageDescription, context: Context) -> RegisteredImage:
            with prefix_errors(f"images[{number}]"):
                return context.run(self.read_image, image)

        contexts = [copy_context() for _ in images]
        with ThreadPoolExecutor(READ_AT_ONCE, "images") as executor:
            return list(executor.map(read, count(), images, contexts))

    def read_image(self, image: ImageDescription) -> RegisteredImage:
        """Get the fingerprint of one picture; errors are those of ``put``."""
        return RegisteredImage(image.image_url, self._fingerprint(image.source))

    def _fingerprint(self, source: PictureSource | Fingerprint) -> Fingerprint:
        if not isinstance(source, Fingerprint):
            return self._fingerprinter.fingerprint(self._reader.read(source))
        if source.version != self._fingerprinter.version:
            raise OutdatedFingerprintError(
                f"The fingerprint has the algorithm version {source.version}, the service "
                f"{self._fingerprinter.version}: the two are never compared. Send the picture."
            )
        return source

    def get(self, entity_id: str) -> StoredProduct:
        """The product as it is stored.

        Raises:
            UnknownProductError: there is no product with this id.
            StorageUnavailableError: a store does not answer.
        """
        product = self._storage.products.get_many([entity_id]).get(entity_id)
        if product is None:
            raise UnknownProductError.of(entity_id)
        pictures = self._storage.pictures.get_many(product.pictures)
        return StoredProduct(product, {key: each.fingerprint for key, each in pictures.items()})

    def delete(self, entity_id: str) -> None:
        """Delete a product. A sweep later removes those of its pictures that no other shows.

        Raises:
            UnknownProductError: there is no product with this id.
            StorageUnavailableError: a store does not answer.
        """
        if not self._storage.products.delete(entity_id):
            raise UnknownProductError.of(entity_id)
