"""Filling an index of products by looks from the tables, in parallel segments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lookalike.errors import StorageUnavailableError
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.errors import TABLE_RETRIES
from lookalike.storage.dynamodb.pictures import DynamodbPictures
from lookalike.storage.dynamodb.product_ids import ProductIds
from lookalike.storage.dynamodb.products import DynamodbProducts
from lookalike.storage.looks_index import LooksIndex
from lookalike.storage.scan_progress import Cursor, ScanProgress, segments_done
from lookalike.sync.picture_sync import NotApplied
from lookalike.sync.product_sync import ProductSync

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class LooksRebuild:
    """Writes all products into an index that does not serve yet.

    Attributes:
        products: the stored products.
        sync: writes them into the index.
    """

    products: ProductIds
    sync: ProductSync

    @classmethod
    def of_tables(
        cls, client: DynamoDBClient, products: str, pictures: str, index: LooksIndex
    ) -> LooksRebuild:
        """A rebuild from the tables of these names."""
        database = DynamodbDatabase(client, TABLE_RETRIES)
        stored = DynamodbProducts(database, products)
        sync = ProductSync(stored, DynamodbPictures(database, pictures, stored), index)
        return cls(ProductIds(database, products), sync)

    def run(
        self,
        progress: ScanProgress,
        workers: int,
        on_page: Callable[[ScanProgress], None],
        on_damaged: Callable[[Mapping[str, NotApplied]], None],
    ) -> None:
        """Read what is left of the table, and write it. Writing a page twice is the same as once.

        Args:
            progress: how far the table was read before.
            workers: threads, each of which reads and writes a page at a time.
            on_page: called after each page with the progress from which a later run goes on.
            on_damaged: called with products that cannot be written; they are left out.

        Raises:
            TransientError: a table or the index does not answer.
        """

        def write(segment: int, cursor: Cursor) -> tuple[int, Cursor]:
            ids, after = self.products.of_segment(segment, progress.segments, cursor)
            failed = self.sync.apply(ids)
            for each in failed.values():
                if each.is_transient:
                    raise StorageUnavailableError(each.reason)
            if failed:
                on_damaged(failed)
            return len(ids) - len(failed), after

        segments_done(progress, write, workers, on_page)
