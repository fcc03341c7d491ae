"""Storing, reading, listing and deleting products."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lookalike.api.products.listing import ListProducts
from lookalike.catalogue.registration import Registration, register
from lookalike.errors import OutdatedFingerprintError, UnknownProductError
from lookalike.fingerprint.fingerprinter import Fingerprinter
from lookalike.http.pictures import PictureReader, PictureSource
from lookalike.pictures import Fingerprint
from lookalike.products import Product
from lookalike.storage.interfaces import PutOutcome, Storage


@dataclass(frozen=True, slots=True)
class StoredProduct:
    """A product and its picture's fingerprint, which is ``None`` if the store has lost it."""

    product: Product
    fingerprint: Fingerprint | None


@dataclass(frozen=True, slots=True)
class ProductDescription:
    """A product as a caller describes it."""

    sku: str
    source: PictureSource | Fingerprint
    attributes: Mapping[str, str]
    stored_image_url: str | None = None

    @property
    def image_url(self) -> str | None:
        """The address to store; ``None`` if the request has none."""
        if self.stored_image_url is not None:
            return self.stored_image_url
        return self.source if isinstance(self.source, str) else None


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
            ImageError: the picture is refused, and nothing has changed.
            OutdatedFingerprintError: the fingerprint is of another algorithm version.
            TransientError: the picture's server or a store does not answer.
        """
        fingerprint = self._fingerprint(description.source)
        registration = Registration(
            entity_id=entity_id,
            sku=description.sku,
            image_url=description.image_url,
            fingerprint=fingerprint,
            attributes=description.attributes,
        )
        [outcome] = register(self._storage, [registration], now=int(self._clock()))
        return outcome, StoredProduct(registration.product, fingerprint)

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
        picture = self._storage.pictures.get_many([product.fingerprint_id]).get(
            product.fingerprint_id
        )
        return StoredProduct(product, picture.fingerprint if picture else None)

    def delete(self, entity_id: str) -> None:
        """Delete a product. A sweep removes its picture later if no other product shows it.

        Raises:
            UnknownProductError: there is no product with this id.
            StorageUnavailableError: a store does not answer.
        """
        if not self._storage.products.delete(entity_id):
            raise UnknownProductError.of(entity_id)
