"""A catalogue in a folder or in memory, for programs."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from lookalike.catalogue.registration import Registration, register, require_valid
from lookalike.errors import LookalikeError, UnknownProductError
from lookalike.local.data_folder import calibration_of, open_storage
from lookalike.matching.check import CheckOptions, CheckResult
from lookalike.matching.shipped import matcher_of
from lookalike.pictures import Fingerprint
from lookalike.products import Product
from lookalike.python_api.new_products import AddReport, NewProduct, Refusal
from lookalike.python_api.pictures import AnyPicture, prepared, shared_fingerprinter
from lookalike.storage.interfaces import PutOutcome, Storage
from lookalike.storage.memory.storage import MemoryStorage
from lookalike.terminal import progress_bar

BATCH = 16
"""Products of one transaction."""
PAGE = 500
"""Products that an iteration reads at once."""


class Catalogue:
    """Products and the pictures they show. Safe to use from several threads.

    Args:
        folder: where it is kept; created where it is absent. ``None``: in memory, for as long as
            the program runs. The folder is the same that ``lookalike serve --data`` uses.

    Raises:
        StorageInvalidError: the folder cannot be used.
        ModelMissingError: the neural network is not installed.
    """

    def __init__(self, folder: str | Path | None = None) -> None:
        path = None if folder is None else Path(folder)
        self._fingerprinter = shared_fingerprinter()
        self._storage: Storage = (
            MemoryStorage(self._fingerprinter.version) if path is None else open_storage(path)
        )
        self._matcher = matcher_of(self._storage, self._fingerprinter, calibration_of(path))

    def add(
        self,
        entity_id: str,
        picture: AnyPicture | Fingerprint,
        *,
        sku: str = "",
        image_url: str | None = None,
        attributes: Mapping[str, str] | None = None,
    ) -> Product:
        """Add a product, or replace it; adding the same again changes nothing.

        Args: as the attributes of ``NewProduct``.

        Raises:
            BadParameterError: the id, the sku or an attribute cannot be stored.
            ImageError: the picture cannot be read.
        """
        product = NewProduct(entity_id, picture, sku, image_url, attributes or {})
        registration = self._registration(product)
        register(self._storage, [registration], int(time.time()))
        return registration.product

    def add_many(
        self,
        products: Iterable[NewProduct] | Mapping[str, AnyPicture | Fingerprint],
        *,
        progress: bool = False,
    ) -> AddReport:
        """Add many products at once, on all cores. One that is refused does not stop the others.

        Args:
            products: as an iterable, or as a mapping of ids to pictures.
            progress: show a bar with rate and time left on the terminal.
        """
        if isinstance(products, Mapping):
            products = [NewProduct(entity_id, picture) for entity_id, picture in products.items()]
        listed = list(products)
        report = AddReport(0, 0, ())
        with progress_bar(len(listed)) if progress else nullcontext(_no_progress) as advance:
            for done in self._added(listed):
                report += done
                advance(done.products, len(report.refused))
        return report

    def check(  # noqa: PLR0913 - keywords, each with a default
        self,
        picture: AnyPicture,
        *,
        top: int = 1,
        min_match: float = 50.0,
        exclude_entity_ids: Iterable[str] = (),
        exclude_skus: Iterable[str] = (),
        attributes: Mapping[str, str] | None = None,
    ) -> CheckResult:
        """Which products show this picture, however it was edited.

        Args:
            picture: the query.
            top: how many matches at most.
            min_match: percentage (0 to 100) below which matches are left out; 0 lists the nearest
                pictures whatever they are.
            exclude_entity_ids: products to leave out, such as the query's own.
            exclude_skus: products with these skus are left out.
            attributes: only products with all of these attributes.

        Raises:
            ImageFeaturelessError: the picture shows too little to be matched.
            ImageError: it cannot be read.
        """
        options = CheckOptions(
            top=top,
            min_match=min_match,
            exclude_entity_ids=frozenset(exclude_entity_ids),
            exclude_skus=frozenset(exclude_skus),
            attributes=frozenset((attributes or {}).items()),
        )
        return self._matcher.check(prepared(picture), options)

    def get(self, entity_id: str) -> Product | None:
        """The product with this id, if there is one."""
        return self._storage.products.get_many([entity_id]).get(entity_id)

    def remove(self, entity_id: str) -> None:
        """Remove a product.

        Raises:
            UnknownProductError: there is none with this id.
        """
        if not self._storage.products.delete(entity_id):
            raise UnknownProductError(f"There is no product with the entity_id {entity_id!r}.")

    def close(self) -> None:
        """Release the folder. The catalogue cannot be used any more."""
        self._storage.close()

    def __iter__(self) -> Iterator[Product]:
        """All products, by id."""
        last = ""
        while page := self._storage.products.page(after=last, limit=PAGE):
            yield from page
            last = page[-1].entity_id

    def __len__(self) -> int:
        """How many products there are."""
        return self._storage.products.count()

    def __contains__(self, entity_id: object) -> bool:
        """Whether there is a product with this id."""
        return isinstance(entity_id, str) and self.get(entity_id) is not None

    def __enter__(self) -> Self:
        """Close the catalogue at the end of a ``with`` block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Release the folder."""
        self.close()

    def _registration(self, product: NewProduct) -> Registration:
        picture = product.picture
        if not isinstance(picture, Fingerprint):
            picture = self._fingerprinter.fingerprint(prepared(picture))
        registration = Registration(
            entity_id=product.entity_id,
            sku=product.sku,
            image_url=product.address,
            fingerprint=picture,
            attributes=dict(product.attributes),
        )
        require_valid(registration)
        return registration

    def _added(self, products: Iterable[NewProduct]) -> Iterator[AddReport]:
        """What became of the products, a batch at a time, while later ones are computed."""
        remaining = iter(products)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            waiting: deque[Future[Registration | Refusal]] = deque()
            while True:
                free = 2 * BATCH - len(waiting)
                waiting.extend(pool.submit(self._attempt, p) for p in islice(remaining, free))
                if not waiting:
                    return
                batch = [waiting.popleft().result() for _ in range(min(BATCH, len(waiting)))]
                yield self._stored(batch)

    def _attempt(self, product: NewProduct) -> Registration | Refusal:
        try:
            return self._registration(product)
        except LookalikeError as error:
            return Refusal(product.entity_id, error.code, error.detail)

    def _stored(self, batch: Sequence[Registration | Refusal]) -> AddReport:
        registrations = [item for item in batch if isinstance(item, Registration)]
        outcomes = register(self._storage, registrations, int(time.time()))
        unchanged = outcomes.count(PutOutcome.UNCHANGED)
        refused = tuple(item for item in batch if isinstance(item, Refusal))
        return AddReport(len(outcomes) - unchanged, unchanged, refused)


def _no_progress(rows: int, failed: int) -> None:
    """Show nothing."""
