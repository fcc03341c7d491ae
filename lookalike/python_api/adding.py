"""Adds products to a storage: their pictures are fingerprinted, and stored in batches."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

from lookalike.catalogue.registration import RegisteredImage, Registration, register, require_valid
from lookalike.cores import usable_cores
from lookalike.errors import BadParameterError, LookalikeError, prefix_errors
from lookalike.fingerprint.fingerprint_validation import require_valid_fingerprint
from lookalike.fingerprint.fingerprinter import Fingerprinter
from lookalike.pictures import Fingerprint
from lookalike.python_api.arguments import require_further_pictures, require_texts, require_type
from lookalike.python_api.new_products import AddReport, NewProduct, Refusal, address_of
from lookalike.python_api.pictures import AnyPicture, prepared
from lookalike.storage.interfaces import PutOutcome, Storage

BATCH = 16
"""Products of one transaction."""


def build_registration(product: NewProduct, fingerprinter: Fingerprinter) -> Registration:
    """The registration of a product, with the fingerprints of its pictures.

    Raises:
        BadParameterError: a value of the product cannot be stored, or its fingerprint is invalid
            or of another algorithm version.
        ImageError: a picture cannot be read. Of a further one, the detail begins with
            ``further_pictures[…]``; the product is not added without it.
    """
    require_type("A product", product, NewProduct)
    require_texts(product)
    require_further_pictures(product.further_pictures)
    registration = Registration(
        entity_id=product.entity_id,
        sku=product.sku,
        images=_images(product, fingerprinter),
        attributes=dict(product.attributes),
    )
    require_valid(registration)
    return registration


def added_in_batches(
    products: Iterable[NewProduct], storage: Storage, fingerprinter: Fingerprinter
) -> Iterator[AddReport]:
    """Add products, and yield a report on each batch while later ones are fingerprinted.

    At most two batches are read ahead.
    """
    remaining = enumerate(products)
    with ThreadPoolExecutor(usable_cores()) as pool:
        waiting: deque[Future[Registration | Refusal]] = deque()
        while True:
            for position, product in islice(remaining, 2 * BATCH - len(waiting)):
                waiting.append(pool.submit(_attempt, position, product, fingerprinter))
            if not waiting:
                return
            batch = [waiting.popleft().result() for _ in range(min(BATCH, len(waiting)))]
            yield _stored(batch, storage)


def _images(product: NewProduct, fingerprinter: Fingerprinter) -> list[RegisteredImage]:
    images = [RegisteredImage(product.address, _fingerprint(product.picture, fingerprinter))]
    for number, picture in enumerate(product.further_pictures):
        with prefix_errors(f"further_pictures[{number}]"):
            fingerprint = _fingerprint(picture, fingerprinter)
        images.append(RegisteredImage(address_of(picture), fingerprint))
    return images


def _fingerprint(picture: AnyPicture | Fingerprint, fingerprinter: Fingerprinter) -> Fingerprint:
    if not isinstance(picture, Fingerprint):
        return fingerprinter.fingerprint(prepared(picture))
    require_valid_fingerprint(picture)
    if picture.version != fingerprinter.version:
        raise BadParameterError(
            f"The fingerprint has the algorithm version {picture.version}, the catalogue "
            f"{fingerprinter.version}: the two are never compared. Add the picture itself."
        )
    return picture


def _attempt(
    position: int, product: NewProduct, fingerprinter: Fingerprinter
) -> Registration | Refusal:
    try:
        return build_registration(product, fingerprinter)
    except LookalikeError as error:
        entity_id = str(getattr(product, "entity_id", ""))
        return Refusal(entity_id, error.code, error.detail, position)


def _stored(batch: Sequence[Registration | Refusal], storage: Storage) -> AddReport:
    registrations = [item for item in batch if isinstance(item, Registration)]
    outcomes = register(storage, registrations, int(time.time()))
    unchanged = outcomes.count(PutOutcome.UNCHANGED)
    refused = tuple(item for item in batch if isinstance(item, Refusal))
    return AddReport(len(outcomes) - unchanged, unchanged, refused)
