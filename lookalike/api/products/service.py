"""Storing, reading, listing and deleting products."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from dataclasses import dataclass, field

from lookalike.api.products.listing import ListProducts
from lookalike.catalogue.registration import RegisteredImage, Registration, register
from lookalike.duplicates.arrival import Arrivals, Refused, shown_match
from lookalike.duplicates.on_duplicate import OnDuplicate
from lookalike.errors import (
    BadParameterError,
    ImageError,
    ImageUnreachableError,
    LookalikeError,
    OutdatedFingerprintError,
    UnknownProductError,
    prefix_errors,
)
from lookalike.fingerprint.fingerprinter import Fingerprinter
from lookalike.http.duplicate_found import DuplicateFoundError
from lookalike.http.pictures import PictureReader, PictureSource
from lookalike.pictures import Fingerprint
from lookalike.products import Product
from lookalike.storage.flags import Flag
from lookalike.storage.interfaces import PutOutcome, Storage

READ_AT_ONCE = 4
"""Pictures of one product that are read at the same time."""


@dataclass(frozen=True, slots=True)
class StoredProduct:
    """A product as it is stored.

    Attributes:
        product: its entry.
        fingerprints: of its pictures, by id; those that the store has lost lack.
        flag: with which it was marked when it arrived.
        refused: pictures that it was to have but was stored without, by their place in the request.
    """

    product: Product
    fingerprints: Mapping[str, Fingerprint]
    flag: Flag | None = None
    refused: Mapping[int, LookalikeError] = field(default_factory=dict)


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
    """A product as a caller describes it.

    Attributes:
        images: at least one; the first is the main one.
        leaves_out: whether it is stored without pictures that are refused, if any is left.
    """

    sku: str
    images: Sequence[ImageDescription]
    attributes: Mapping[str, str]
    leaves_out: bool = False


class ManageProducts(ListProducts):
    """Stores, reads, lists and deletes products.

    Args:
        reader: fetches and decodes pictures.
        fingerprinter: computes their fingerprints.
        storage: keeps products and pictures.
        clock: seconds since the epoch (UTC).
        arrivals: stores products that are checked before; ``None`` where that is not done.
    """

    def __init__(
        self,
        reader: PictureReader,
        fingerprinter: Fingerprinter,
        storage: Storage,
        clock: Callable[[], float],
        arrivals: Arrivals | None = None,
    ) -> None:
        super().__init__(storage)
        self._reader = reader
        self._fingerprinter = fingerprinter
        self._clock = clock
        self._arrivals = arrivals

    def put(
        self,
        entity_id: str,
        description: ProductDescription,
        on_duplicate: OnDuplicate | None = None,
    ) -> tuple[PutOutcome, StoredProduct]:
        """Create or replace a product; the same call again changes nothing.

        Args:
            entity_id: of the product.
            description: of the product.
            on_duplicate: what to do if another product shows the same photograph; ``None``: it is
                not checked.

        Raises:
            DuplicateFoundError: another product does, and this one is to be refused.
            BadParameterError: it is to be checked, and nothing is checked here.
            ImageError: a picture is refused, and is not left out; nothing has changed. Where there
                are several, the detail begins with ``images[…]``.
            OutdatedFingerprintError: a fingerprint is of another algorithm version.
            TransientError: a picture's server or a store does not answer.
        """
        if on_duplicate is not None and self._arrivals is None:
            raise BadParameterError(
                "This deployment does not check products before it stores them: ask POST "
                "/find_similar first, and leave out check."
            )
        images, refused = self._read_all(description)
        registration = Registration(entity_id, description.sku, images, description.attributes)
        outcome = self._store(registration, on_duplicate)
        fingerprints = {image.fingerprint.fingerprint_id: image.fingerprint for image in images}
        product = registration.product
        return outcome, StoredProduct(product, fingerprints, self._flag(product), refused)

    def _store(self, registration: Registration, on_duplicate: OnDuplicate | None) -> PutOutcome:
        if on_duplicate is None or self._arrivals is None:
            [outcome] = register(self._storage, [registration], now=int(self._clock()))
            return outcome
        arrival = self._arrivals.store(registration, on_duplicate)
        if isinstance(arrival, Refused):
            raise DuplicateFoundError(arrival.reason, shown_match(arrival.match))
        return arrival

    def _flag(self, product: Product) -> Flag | None:
        return self.flags([product]).get(product.entity_id)

    def _read_all(
        self, description: ProductDescription
    ) -> tuple[list[RegisteredImage], dict[int, LookalikeError]]:
        """The pictures of a product, and those that it is stored without."""
        if len(description.images) == 1:
            return [self.read_image(description.images[0])], {}

        def read(image: ImageDescription, context: Context) -> RegisteredImage | LookalikeError:
            try:
                return context.run(self.read_image, image)
            except (ImageError, ImageUnreachableError) as error:
                return error

        contexts = [copy_context() for _ in description.images]
        with ThreadPoolExecutor(READ_AT_ONCE, "images") as executor:
            found = list(executor.map(read, description.images, contexts))
        images = [each for each in found if isinstance(each, RegisteredImage)]
        refused = {n: each for n, each in enumerate(found) if isinstance(each, LookalikeError)}
        if refused and not (images and description.leaves_out):
            number, error = next(iter(refused.items()))
            with prefix_errors(f"images[{number}]"):
                raise error
        return images, refused

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
            why = self._storage.products.why_absent(entity_id)
            raise UnknownProductError.of(entity_id, why)
        pictures = self._storage.pictures.get_many(product.pictures)
        fingerprints = {key: each.fingerprint for key, each in pictures.items()}
        return StoredProduct(product, fingerprints, self._flag(product))

    def delete(self, entity_id: str) -> None:
        """Delete a product. A sweep later removes those of its pictures that no other shows.

        Raises:
            UnknownProductError: there is no product with this id.
            StorageUnavailableError: a store does not answer.
        """
        if not self._storage.products.delete(entity_id):
            raise UnknownProductError.of(entity_id)
