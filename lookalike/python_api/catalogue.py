"""A catalogue in a folder or in memory, for programs."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence, Sized
from contextlib import closing, nullcontext
from pathlib import Path

from lookalike.catalogue.registration import register
from lookalike.duplicates.groups import Group
from lookalike.duplicates.keeping import Keep
from lookalike.errors import UnknownProductError
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.local.data_folder import open_storage, read_calibration
from lookalike.local.duplicates.comparison_pool import ComparisonHere
from lookalike.local.duplicates.search import DuplicateSearch
from lookalike.matching.check import CheckResult
from lookalike.matching.effort import Effort
from lookalike.matching.shipped import build_matcher
from lookalike.pictures import Fingerprint
from lookalike.products import Product
from lookalike.python_api.adding import added_in_batches, build_registration
from lookalike.python_api.arguments import (
    check_options,
    folder_path,
    image_of,
    new_products,
    require_linking,
    require_text,
)
from lookalike.python_api.deciding import DecidingCatalogue
from lookalike.python_api.new_products import AddReport, NewProduct
from lookalike.python_api.pictures import AnyPicture, prepared, shared_fingerprinter
from lookalike.python_api.searching import SearchableCatalogue
from lookalike.python_api.syncing import SyncingCatalogue
from lookalike.search.models.registry import read_models
from lookalike.storage.memory.storage import MemoryStorage
from lookalike.terminal import progress_bar


class Catalogue(SearchableCatalogue, DecidingCatalogue, SyncingCatalogue):
    """Products and the pictures they show. Safe to use from several threads.

    A catalogue is true even where it is empty: ``len`` tells whether it is. After ``close``, every
    method but ``close`` raises ``StorageInvalidError``.

    Args:
        folder: where it is kept; created where it is absent. ``None``: in memory, for as long as
            the program runs. The folder is the same that ``lookalike serve --data`` uses.

    Raises:
        BadParameterError: the folder is no path.
        StorageInvalidError: the folder cannot be used, or not with the key of the environment.
        SettingInvalidError: a key, a calibration or a model that is configured cannot be used.
        ModelMissingError: the neural network is not installed.
    """

    def __init__(self, folder: str | Path | None = None) -> None:
        path = None if folder is None else folder_path(folder)
        models, network = read_models(path), shared_fingerprinter().network
        self._fingerprinter = PictureFingerprinter(network, embed=models.registered)
        self._calibration = read_calibration(path)
        version = self._fingerprinter.version
        storage = MemoryStorage(version) if path is None else open_storage(path)
        super().__init__(storage, path, models, network)
        self._matcher = build_matcher(self._opened, self._fingerprinter, self._calibration)

    def add(  # noqa: PLR0913 - keywords, each with a default
        self,
        entity_id: str,
        picture: AnyPicture | Fingerprint,
        *,
        sku: str = "",
        image_url: str | None = None,
        attributes: Mapping[str, str] | None = None,
        further_pictures: Sequence[AnyPicture | Fingerprint] = (),
    ) -> Product:
        """Add a product, or replace it; adding the same again changes nothing.

        Args: as the attributes of ``NewProduct``.

        Raises:
            BadParameterError: the id, the sku or an attribute cannot be stored, or the fingerprint
                is invalid or of another algorithm version.
            ImageError: a picture cannot be read; nothing is added.
        """
        storage = self._storage
        product = NewProduct(entity_id, picture, sku, image_url, attributes or {}, further_pictures)
        registration = build_registration(product, self._fingerprinter)
        register(storage, [registration], int(time.time()))
        return registration.product

    def add_many(
        self,
        products: Iterable[NewProduct] | Mapping[str, AnyPicture | Fingerprint],
        *,
        progress: bool = False,
    ) -> AddReport:
        """Add many products at once, on all cores. One that is refused does not stop the others.

        Products are stored in batches while later ones are read. If the iterable raises an
        exception, the batches before it stay stored.

        Args:
            products: as an iterable, which is read lazily, or as a mapping of ids to pictures.
            progress: show a bar with the rate on the terminal, and with the time left where
                ``products`` has a length.

        Raises:
            BadParameterError: ``products`` is not iterable.
        """
        listed = new_products(products)
        total = len(products) if isinstance(products, Sized) else None
        report = AddReport(0, 0, ())
        with progress_bar(total) if progress else nullcontext(_no_progress) as advance:
            for done in added_in_batches(listed, self._storage, self._fingerprinter):
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
        effort: str = Effort.NORMAL,
    ) -> CheckResult:
        """Find the products that show this picture, however it was edited.

        Args:
            picture: the query.
            top: how many matches at most, at least 1.
            min_match: percentage (0 to 100) below which matches are left out; 0 lists the nearest
                pictures whatever they are.
            exclude_entity_ids: products to leave out, such as the query's own.
            exclude_skus: products with these skus are left out.
            attributes: only products with all of these attributes.
            effort: ``fast``, ``normal`` or ``thorough``: how much is tried before nothing is found.

        Raises:
            BadParameterError: an option is of another type or out of range, or the query is no
                picture.
            ImageFeaturelessError: the picture shows too little to be matched, and no product that
                the caller wants to see shows the identical picture.
            ImageError: it cannot be read.
        """
        options = check_options(
            top=top,
            min_match=min_match,
            exclude_entity_ids=exclude_entity_ids,
            exclude_skus=exclude_skus,
            attributes=attributes or {},
            effort=effort,
        )
        self._require_open()
        return self._matcher.check(prepared(picture), options)

    def get(self, entity_id: str) -> Product | None:
        """The product with this id, if there is one."""
        require_text("entity_id", entity_id)
        return self._storage.products.get_many([entity_id]).get(entity_id)

    def fingerprint(self, entity_id: str, image_index: int = 0) -> Fingerprint:
        """The stored fingerprint of a picture that a product shows, by default of its main one.

        Args:
            entity_id: of the product.
            image_index: which of its ``images``.

        Raises:
            UnknownProductError: there is no product with this id.
            BadParameterError: it has no such picture.
        """
        product = self.get(entity_id)
        if product is None:
            raise UnknownProductError.of(entity_id)
        name = image_of(product, image_index).fingerprint_id
        for picture in self._storage.pictures.get_many([name]).values():
            return picture.fingerprint
        raise UnknownProductError.of(entity_id)

    def remove(self, entity_id: str) -> None:
        """Remove a product. Its picture stays stored until ``sweep``.

        Raises:
            UnknownProductError: there is no product with this id.
        """
        require_text("entity_id", entity_id)
        if not self._storage.products.delete(entity_id):
            raise UnknownProductError.of(entity_id)

    def duplicates(
        self, *, min_match: float = 50.0, keep: Sequence[str] = (), progress: bool = False
    ) -> list[Group]:
        """Find all duplicates within the catalogue, in groups, the largest first.

        What was compared is kept in the folder: the next call compares what is new alone.

        Args:
            min_match: percentage (50 to 100) from which two pictures are linked.
            keep: what decides which product of a group to keep, most important first: ``largest``,
                ``oldest``, ``most_complete``.
            progress: show a bar with the rate and the time left on the terminal.

        Returns:
            Groups as ``GET /duplicates/{id}/groups`` has them (``docs/duplicates.md``).

        Raises:
            BadParameterError: ``min_match`` is out of range, or there is no such criterion.
        """
        require_linking(min_match)
        order = Keep.order(keep)
        with closing(ComparisonHere(self._storage, self._calibration)) as pool:
            search = DuplicateSearch(self._storage, pool, self._calibration)
            bar = progress_bar(search.count(), "Comparing") if progress else None
            with bar or nullcontext(_no_progress) as advance:
                search.compare(min_match / 100, lambda count: advance(count, 0))
            return list(search.groups(min_match / 100, order))

    def sweep(self) -> int:
        """Remove the stored pictures that no product shows any more.

        Removed and replaced products leave such pictures behind. No check finds them, but they take
        up to 16 KB each.

        Returns:
            How many pictures were removed.
        """
        return self._storage.pictures.sweep(int(time.time()) + 1)


def _no_progress(rows: int, failed: int) -> None:
    """Show nothing."""
