"""What is deployed: tables and a bucket on moto, an index behind a proxy, and the functions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from opensearchpy import OpenSearch
from typing_extensions import override

from lookalike.aws.reconciliation_store import DynamodbReconciliationStore
from lookalike.errors import TransientError
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.pictures import VectorEntry
from lookalike.storage.dynamodb.attributes import Item
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.errors import TABLE_RETRIES
from lookalike.storage.dynamodb.pictures import DynamodbPictures
from lookalike.storage.dynamodb.products import DynamodbProducts
from lookalike.storage.opensearch.schema import alias_name, document_hashes
from lookalike.storage.opensearch.vectors import OpenSearchVectors
from lookalike.storage.retries import RetryPolicy
from lookalike.sync.failed_records import FailedRecords
from lookalike.sync.picture_sync import PictureSync
from lookalike.sync.reconciled_stores import ReconciledStores
from lookalike.sync.reconciler import Reconciler
from lookalike.sync.reconciliation_state import ReconciliationState
from lookalike.sync.replay import Replay
from lookalike.sync.stream_batches import RecordApplier, StreamFollower
from scripts.benchmarks.synthetic_catalogue import LAST_SEEN
from tests.contract.storage.moto_dynamodb import NAMES
from tests.fakes import MemoryFiles
from tests.integration.sync.mapping import Record
from tests.opensearch import GENEROUS
from tests.unit.sync.stream.records import an_invocation_record

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

BUCKET = "failed-records"
ALIAS = alias_name("pictures", ALGORITHM_VERSION)
FIRST_TIMEOUT = 0.5
ATTEMPTS = 3
_WRITTEN_AT_ONCE = 25
_READ_AT_ONCE = 1_000


class ThreeAttempts(RetryPolicy):
    """The first must be answered soon; a busy machine may take its time with the others."""

    @override
    def attempts(self) -> Iterator[float]:
        yield FIRST_TIMEOUT
        yield from (60.0,) * (ATTEMPTS - 1)


class Deployment:
    """Tables, bucket, index and functions; what these say to the index goes through the proxy.

    Args:
        dynamodb: with empty tables.
        s3: with an empty bucket.
        index: reaches the index itself.
        troubled: reaches it through the proxy.
    """

    def __init__(
        self, dynamodb: DynamoDBClient, s3: S3Client, index: OpenSearch, troubled: OpenSearch
    ) -> None:
        database = DynamodbDatabase(dynamodb, TABLE_RETRIES)
        products = DynamodbProducts(database, NAMES.products)
        pictures = DynamodbPictures(database, NAMES.pictures, products)
        vectors = OpenSearchVectors(troubled, ALGORITHM_VERSION, retries=ThreeAttempts())
        sync = PictureSync(pictures, vectors)
        self._dynamodb = dynamodb
        self._s3 = s3
        self._index = index
        self._reconciler = Reconciler(
            ReconciledStores(pictures, products, vectors, ALGORITHM_VERSION),
            sync,
            DynamodbReconciliationStore(dynamodb, NAMES.imports),
            MemoryFiles(),
            lambda: LAST_SEEN + 3_600,
        )
        self._failed_records = FailedRecords(s3, BUCKET)
        self._replay = Replay(RecordApplier(sync), self._failed_records)
        self.index_pictures = StreamFollower(RecordApplier(sync), self._failed_records)
        self.vectors = OpenSearchVectors(index, ALGORITHM_VERSION, retries=GENEROUS, refresh="true")

    def write(self, items: Iterable[Item]) -> None:
        """Into the pictures table, as they are."""
        self._change({"PutRequest": {"Item": item}} for item in items)

    def remove(self, fingerprint_ids: Iterable[str]) -> None:
        """From the pictures table."""
        self._change(
            {"DeleteRequest": {"Key": {"fingerprint_id": {"S": key}}}} for key in fingerprint_ids
        )

    def give_up(self, records: Sequence[Record]) -> None:
        """What Lambda puts into the bucket where a function has failed."""
        document = json.dumps(an_invocation_record({"Records": list(records)}))
        self._s3.put_object(Bucket=BUCKET, Key="aws/lambda/1/shard-1/1", Body=document.encode())

    def failed(self) -> list[Record]:
        """All records that lie in the bucket."""
        failed = (self._failed_records.read(key) for key in self._failed_records.object_keys())
        return [each.record for some in failed for each in some if isinstance(each.record, dict)]

    def replay(self) -> None:
        """As an operator does."""
        for key in list(self._failed_records.object_keys()):
            self._replay.replay(key)

    def reconciled(self) -> tuple[ReconciliationState, int]:
        """A whole reconciliation, and how often it was interrupted."""
        interruptions = 0
        while True:
            self._index.indices.refresh(index=ALIAS)
            try:
                state = self._reconciler.run(lambda: 900)
            except TransientError:
                interruptions += 1
            else:
                return state, interruptions

    def searchable(self) -> dict[str, VectorEntry]:
        """All that the index holds."""
        self._index.indices.refresh(index=ALIAS)
        found: dict[str, VectorEntry] = {}
        while ids := self.vectors.ids(after=max(found, default=""), limit=_READ_AT_ONCE):
            documents = self._index.mget(index=ALIAS, body={"ids": ids})["docs"]
            found |= {each["_id"]: _entry(each) for each in documents}
        assert self.vectors.count() == len(found)
        return found

    def _change(self, requests: Iterable[Item]) -> None:
        remaining = iter(requests)
        while some := list(islice(remaining, _WRITTEN_AT_ONCE)):
            answer = self._dynamodb.batch_write_item(RequestItems={NAMES.pictures: some})  # type: ignore[dict-item] # items are as the client takes them
            assert not answer["UnprocessedItems"]


def _entry(document: Item) -> VectorEntry:
    return VectorEntry(document["_id"], ALGORITHM_VERSION, document_hashes(document["_source"]))
