"""Loading a catalogue into a running or deployed service, product by product."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from typing_extensions import override

from lookalike.api.products.listing import MAX_LIMIT
from lookalike.api.products.models import ProductAnswer
from lookalike.api.products.service import StoredProduct
from lookalike.catalogue.catalogue_row import CatalogueRow, failed_row
from lookalike.catalogue.exports.registration import exported_registration
from lookalike.catalogue.row_changes import RowChange
from lookalike.cli.remote.errors import (
    RemoteForbiddenError,
    RemoteRefusedError,
    RemoteRoleError,
    RemoteUnavailableError,
)
from lookalike.cli.remote.sent_images import SentImages
from lookalike.cli.remote.service import RemoteService
from lookalike.cli.remote.waiting import Waiting
from lookalike.duplicates.on_duplicate import OnDuplicate
from lookalike.errors import LookalikeError, RowRefusedError, TransientError
from lookalike.images.fetching.fetcher import is_path
from lookalike.images.fetching.folder import FolderFetcher
from lookalike.imports.batch import Batch
from lookalike.local.feed_sync.target import Row, SyncTarget
from lookalike.products import ProductState
from lookalike.storage.import_runs import FailedRow
from lookalike.storage.listing import ProductFilter
from lookalike.threads import results_in_order

AT_ONCE = 8
Answer = TypeVar("Answer")


class RemoteImport(SyncTarget):
    """Sends rows to a service, but skips rows with a web address that are stored already.

    Pictures that are files are sent along each time; the service sees whether they have changed.

    Args:
        service: where to.
        folder: where paths in the catalogue lead; ``None``: only web addresses are sent.
        algorithm_version: of the service; rows whose pictures it knows in another are sent again.
        waiting: for the service, which ends with the import.
        refreshes: let the service read all pictures at web addresses again.
    """

    def __init__(
        self,
        service: RemoteService,
        folder: FolderFetcher | None,
        algorithm_version: str,
        waiting: Waiting | None = None,
        *,
        refreshes: bool = False,
    ) -> None:
        self._service = service
        self._folder = folder
        self._algorithm_version = algorithm_version
        self._waiting = waiting or Waiting()
        self._refreshes = refreshes

    @override
    def run(
        self,
        rows: Iterable[Row],
        on_batch: Callable[[Batch], None],
        should_stop: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Send all rows; see ``SyncTarget``.

        Raises:
            TransientError: the service is away for long, or lets nothing of ours through (the key
                is not known); the same import goes on when that is over.
            RemoteRoleError: the key may not write.
        """
        for batch in results_in_order(self._send, rows, AT_ONCE, should_stop, self._waiting.end):
            on_batch(batch)
        return not should_stop()

    @override
    def changes(self, rows: Iterable[Row]) -> Iterator[tuple[Row, RowChange]]:
        """Pictures that are files are not sent, and count as unchanged where their row is."""
        return results_in_order(self._change, rows, AT_ONCE, before_end=self._waiting.end)

    @override
    def entity_ids(self, wanted: ProductFilter) -> Iterator[str]:
        cursor: str | None = ""
        while cursor is not None:
            page = self._service.products(wanted, cursor, MAX_LIMIT)
            yield from (product.entity_id for product in page.products)
            cursor = page.next_cursor

    @override
    def delete(self, entity_ids: Sequence[str], on_deleted: Callable[[int], None]) -> None:
        self._waiting.resume()
        deleted = results_in_order(self._service.delete_product, entity_ids, AT_ONCE)
        on_deleted(sum(deleted))

    @override
    def sweep(self) -> None:
        """Leave it to the service."""

    def _send(self, row: Row) -> Batch:
        found = self._tried(self._put, row)
        return Batch(failures=(found,)) if isinstance(found, FailedRow) else found

    def _change(self, row: Row) -> tuple[Row, RowChange]:
        found = self._tried(self._compared, row)
        return (found, RowChange.FAILED) if isinstance(found, FailedRow) else (row, found)

    def _tried(self, ask: Callable[[CatalogueRow], Answer], row: Row) -> Answer | FailedRow:
        """Ask the service about a row; what it refuses becomes a failed row."""
        if isinstance(row, FailedRow):
            return row
        try:
            _refuse_unspeakable(row.entity_id)
            return ask(row)
        except (TransientError, RemoteRoleError):
            raise
        except RemoteRefusedError as error:
            if isinstance(error, RemoteForbiddenError):
                self._require_access()
            return failed_row(row, error.reason, error.detail)
        except LookalikeError as error:
            return failed_row(row, error.code, error.detail)

    def _compared(self, row: CatalogueRow) -> RowChange:
        stored = self._service.product(row.entity_id)
        if stored is None:
            return RowChange.ADDED
        return RowChange.UNCHANGED if self._is_as_in(row, stored) else RowChange.CHANGED

    def _put(self, row: CatalogueRow) -> Batch:
        stored = self._service.product(row.entity_id)
        has_file = self._folder is not None and any(map(is_path, row.image_urls))
        is_read = not row.pictures and (has_file or self._refreshes)
        if not is_read and stored is not None and self._is_as_in(row, stored):
            return _batch(stored, stored)
        sent = SentImages.of(row, self._folder)
        if sent.described is None:
            return Batch(failures=(sent.failure,))
        put = self._service.put_product(row.entity_id, sent.described)
        refused = sent.refused(put)
        batch = _batch(put, stored, [refused] if refused else [])
        is_flagged = self._service.on_duplicate is OnDuplicate.FLAG and put.flag is not None
        return replace(batch, flagged=int(is_flagged and bool(batch.done)))

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
        if row.pictures:
            return _exported(row) == stored.model_copy(update={"flag": None})
        images = {image.image_url: image.fingerprint for image in stored.images}
        # Services of before say nothing of several pictures.
        known = images or {stored.image_url: stored.fingerprint}
        return not row.left_out and (stored.sku, [*known], stored.attributes) == (
            row.sku, [*row.image_urls], row.attributes
        ) and all(
            each is not None and each.version == self._algorithm_version for each in known.values()
        )  # fmt: skip


def _exported(row: CatalogueRow) -> ProductAnswer:
    """The product of an export as a service shows it."""
    exported = exported_registration(row)
    fingerprints = {each.fingerprint.fingerprint_id: each.fingerprint for each in exported.images}
    return ProductAnswer.of(StoredProduct(exported.product, fingerprints))


def _batch(
    put: ProductAnswer, stored: ProductAnswer | None, refused: Sequence[FailedRow] = ()
) -> Batch:
    unchanged = int(put.model_copy(update={"refused_images": []}) == stored)
    featureless = int(_is_featureless(put))
    return Batch(1 - unchanged, unchanged, (), featureless, tuple(refused))


def _is_featureless(product: ProductAnswer) -> bool:
    return product.state is ProductState.FEATURELESS


def _refuse_unspeakable(entity_id: str) -> None:
    if entity_id in {".", ".."}:
        raise RowRefusedError("A path cannot name this entity_id: import it without --url.")
