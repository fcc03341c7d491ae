"""Loading a catalogue into a running or deployed service, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lookalike.api.products.models import ProductAnswer
from lookalike.api.products.service import ImageDescription, ProductDescription, StoredProduct
from lookalike.catalogue.exports.columns import ExportedPicture
from lookalike.catalogue.exports.registration import exported_registration
from lookalike.catalogue.rows import CatalogueRow, failed_row
from lookalike.cli.remote.errors import (
    RemoteForbiddenError,
    RemoteRefusedError,
    RemoteUnavailableError,
)
from lookalike.cli.remote.service import RemoteService
from lookalike.cli.remote.waiting import Waiting
from lookalike.errors import LookalikeError, RowRefusedError, TransientError
from lookalike.images.fetching.fetcher import is_path
from lookalike.images.fetching.folder import FolderFetcher
from lookalike.local.imports.batch import Batch
from lookalike.products import ProductState
from lookalike.storage.import_runs import FailedRow
from lookalike.threads import results_in_order

AT_ONCE = 8


class RemoteImport:
    """Sends rows to a service, but skips rows with a web address that are stored already.

    Pictures that are files are sent along each time; the service sees whether they have changed.

    Args:
        service: where to.
        folder: where paths in the catalogue lead; ``None``: only web addresses are sent.
        algorithm_version: of the service; rows whose pictures it knows in another are sent again.
        waiting: for the service, which ends with the import.
    """

    def __init__(
        self,
        service: RemoteService,
        folder: FolderFetcher | None,
        algorithm_version: str,
        waiting: Waiting | None = None,
    ) -> None:
        self._service = service
        self._folder = folder
        self._algorithm_version = algorithm_version
        self._waiting = waiting or Waiting()

    def run(
        self,
        rows: Iterable[CatalogueRow | FailedRow],
        on_batch: Callable[[Batch], None],
        should_stop: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Send all rows; return whether the end was reached.

        Args:
            rows: in the order of the file.
            on_batch: called with what became of each row, in that order.
            should_stop: asked again and again while answers are waited for.

        Raises:
            TransientError: the service is away for long, or lets nothing of ours through (the key
                is not known); the same import goes on when that is over.
        """
        for batch in results_in_order(self._send, rows, AT_ONCE, should_stop, self._waiting.end):
            on_batch(batch)
        return not should_stop()

    def _send(self, row: CatalogueRow | FailedRow) -> Batch:
        if isinstance(row, FailedRow):
            return Batch(failures=(row,))
        try:
            _refuse_unspeakable(row.entity_id)
            return self._put(row)
        except TransientError:
            raise
        except RemoteRefusedError as error:
            if isinstance(error, RemoteForbiddenError):
                self._require_access()
            return Batch(failures=(failed_row(row, error.reason, error.detail),))
        except LookalikeError as error:
            return Batch(failures=(failed_row(row, error.code, error.detail),))

    def _put(self, row: CatalogueRow) -> Batch:
        stored = self._service.product(row.entity_id)
        if row.picture:
            return self._put_exported(row, row.picture, stored)
        sends_file = self._folder is not None and is_path(row.image_url)
        if not sends_file and stored is not None and self._is_as_in(row, stored):
            put = stored
        else:
            put = self._service.put_product(row.entity_id, self._description(row))
        return _batch(put, stored)

    def _put_exported(
        self, row: CatalogueRow, picture: ExportedPicture, stored: ProductAnswer | None
    ) -> Batch:
        """Send the fingerprint of an export, unless it is there already."""
        texts = (row.entity_id, row.sku, row.image_url, row.attributes)
        exported = exported_registration(*texts, picture)
        fingerprints = {
            each.fingerprint.fingerprint_id: each.fingerprint for each in exported.images
        }
        if ProductAnswer.of(StoredProduct(exported.product, fingerprints)) == stored:
            return _batch(stored, stored)
        images = [ImageDescription(each.fingerprint, each.image_url) for each in exported.images]
        description = ProductDescription(row.sku, images, row.attributes)
        return _batch(self._service.put_product(row.entity_id, description), stored)

    def _description(self, row: CatalogueRow) -> ProductDescription:
        """The product of a row, with its picture if that is a file, which keeps its path."""
        if self._folder is None or not is_path(row.image_url):
            image = ImageDescription(row.image_url)
        else:
            image = ImageDescription(self._folder.fetch(row.image_url), row.image_url)
        return ProductDescription(row.sku, [image], row.attributes)

    def _require_access(self) -> None:
        """Tell by a question that has nothing to do with a row whether the row is to blame."""
        try:
            self._service.status()
        except RemoteForbiddenError as error:
            raise RemoteUnavailableError(
                "The service refuses whatever is sent from here. When it does not any more, the "
                f"same command goes on. It says: {error.detail}"
            ) from error

    def _is_as_in(self, row: CatalogueRow, stored: ProductAnswer) -> bool:
        """Return whether a product is stored as in its row, in the service's algorithm version."""
        return stored.fingerprint is not None and (
            stored.sku, stored.image_url, stored.attributes, stored.fingerprint.version
        ) == (row.sku, row.image_url, row.attributes, self._algorithm_version)  # fmt: skip


def _batch(put: ProductAnswer, stored: ProductAnswer | None) -> Batch:
    unchanged = int(put == stored)
    return Batch(1 - unchanged, unchanged, featureless=int(_is_featureless(put)))


def _is_featureless(product: ProductAnswer) -> bool:
    return product.state is ProductState.FEATURELESS


def _refuse_unspeakable(entity_id: str) -> None:
    if entity_id in {".", ".."}:
        raise RowRefusedError("A path cannot name this entity_id: import it without --url.")
