"""What a reconciliation takes of a core, step by step, with answers of the services made before.

Nothing is waited for: how long the services take to answer depends on them.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from statistics import median
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from opensearchpy import Connection, OpenSearch
from typing_extensions import override

from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.products import Product, ProductState
from lookalike.storage.dynamodb.attributes import Item
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.errors import TABLE_RETRIES
from lookalike.storage.dynamodb.items import product_item
from lookalike.storage.dynamodb.pictures import DynamodbPictures
from lookalike.storage.dynamodb.products import DynamodbProducts
from lookalike.storage.embeddings import EmbeddingSpace
from lookalike.storage.opensearch.looks import OpenSearchLooks
from lookalike.storage.opensearch.looks_schema import document_id
from lookalike.storage.opensearch.vectors import OpenSearchVectors
from lookalike.sync.checksum_steps import ChecksumSteps
from lookalike.sync.product_sync import ProductSync
from lookalike.sync.reconciled_stores import ReconciledStores
from lookalike.sync.reconciliation_state import ReconciliationState, Step
from scripts.benchmarks.report import Section, table

PAGE = 1_000
LISTED = 8_000
PRODUCTS = 500
ROUNDS = 15


class _Files:
    """One file in memory."""

    content: bytes | None = None

    def put(self, key: str, content: bytes) -> None:
        """Keep it."""
        assert key  # noqa: S101 - the interface has it
        self.content = content

    def get(self, key: str) -> bytes | None:
        """The file."""
        assert key  # noqa: S101 - the interface has it
        return self.content


class _Answers:
    """What the services answer, as bytes on the wire, by the operation or the end of the path."""

    def __init__(self, ids: Sequence[str], products: Sequence[Product]) -> None:
        items = [_narrow_item(key) for key in ids[:PAGE]]
        found = [{"_id": key, "found": True} for key in ids]
        hits = [{"sort": [key]} for key in sorted(ids)]
        self.of: dict[str, bytes] = {
            "Scan": _json({"Items": items, "Count": PAGE, "ScannedCount": PAGE}),
            "Query": _json({"Items": [product_item(products[0])], "Count": 1}),
            "_search": _json({"hits": {"hits": hits}}),
            "_mget": _json({"docs": found[:PAGE]}),
        }

    def of_products(self, products: Sequence[Product]) -> None:
        """Answer with a page of products, and with entries that lag behind all of them."""
        ids = [document_id(each.entity_id) for each in products]
        entries = [{"_id": key, "found": True, "_source": {"digest": "0" * 16}} for key in ids]
        items = [product_item(each) for each in products]
        self.of["Scan"] = _json({"Items": items, "Count": len(items), "ScannedCount": len(items)})
        self.of["_mget"] = _json({"docs": entries})


def _json(answer: object) -> bytes:
    return json.dumps(answer).encode()


def _narrow_item(key: str) -> Item:
    numbers = {name: {"N": str(1_700_000_000)} for name in ("last_seen", "times_seen")}
    return {"fingerprint_id": {"S": key}, "version": {"S": ALGORITHM_VERSION}, **numbers}


def _product(number: int, fingerprint_id: str) -> Product:
    return Product(
        entity_id=f"entity-{number:08d}",
        sku=f"sku-{number:08d}",
        image_url=f"https://shop.example.com/pictures/{number:08d}.jpg",
        attributes={"category": "shirts", "seller": f"seller-{number % 50}"},
        fingerprint_id=fingerprint_id,
        state=ProductState.ACTIVE,
        source_revision="0" * 32,
    )


class _Raw:
    """The body of an answer."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, *_size: int, **_how: object) -> list[bytes]:
        """All at once."""
        return [self._content]


def _tables(answers: _Answers) -> DynamodbDatabase:
    client = boto3.client(
        "dynamodb",
        "eu-central-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",  # noqa: S106 - nobody
    )

    def answer(request: Any, **_call: object) -> AWSResponse:  # noqa: ANN401 - of botocore
        operation = request.headers["X-Amz-Target"].decode().rpartition(".")[2]
        return AWSResponse(request.url, 200, HTTPHeaders(), _Raw(answers.of[operation]))

    client.meta.events.register("before-send.dynamodb", answer)  # type: ignore[arg-type] # it answers
    return DynamodbDatabase(client, TABLE_RETRIES)


def _search(answers: _Answers) -> OpenSearch:
    class Answering(Connection):
        @override
        def perform_request(
            self,
            method: str,
            url: str,
            *_request: object,
            **_how: object,
        ) -> tuple[int, dict[str, str], str]:
            assert method  # noqa: S101 - the base has it
            content = answers.of[url.partition("?")[0].rpartition("/")[2]]
            return 200, {"content-type": "application/json"}, content.decode()

    return OpenSearch(hosts=[{"host": "localhost"}], connection_class=Answering)


def measure(*, quick: bool) -> Section:
    """Measure each step's page."""
    source = random.Random(1)  # noqa: S311 - repeatable
    ids = [f"{source.getrandbits(128):032x}" for _ in range(LISTED)]
    products = [_product(number, key) for number, key in enumerate(ids[:PRODUCTS])]
    rounds = 1 if quick else ROUNDS
    figures = _of_pictures(_Answers(ids, products), ids, rounds)
    figures |= _of_products(_Answers(ids, products), products, rounds)
    return Section("A reconciliation", _text(figures))


def _of_pictures(answers: _Answers, ids: Sequence[str], rounds: int) -> dict[str, float]:
    database = _tables(answers)
    products = DynamodbProducts(database, "products")
    pictures = DynamodbPictures(database, "pictures", products)
    index = OpenSearchVectors(_search(answers), ALGORITHM_VERSION)
    steps = ChecksumSteps(ReconciledStores(pictures, products, index, ALGORITHM_VERSION), _Files())
    begun = ReconciliationState(version=ALGORITHM_VERSION, started_at=0.0)
    compared = begun.at(Step.COMPARISON, checksums=("a",))
    part = begun.new_part(0)
    steps.sum_stored(begun, part, lambda: True)
    page = next(pictures.pages())
    shown = replace(page, pictures=[page.pictures[0]] * PAGE)
    sum_page = partial(steps.sum_stored, begun, part, lambda: True)
    compare = partial(steps.compare, compared, compared.new_part(0))
    return {
        "checksums of stored pictures": _seconds(sum_page, rounds) / PAGE,
        "comparison with the index": _seconds(compare, rounds) / LISTED,
        "presence in the index, where checksums differ": _seconds(
            partial(index.present, ids[:PAGE]), rounds
        )
        / PAGE,
        "whether a product shows a picture": _seconds(
            partial(pictures.sweep_page, shown, 1_800_000_000), rounds
        )
        / PAGE,
    }


def _of_products(answers: _Answers, stored: Sequence[Product], rounds: int) -> Mapping[str, float]:
    answers.of_products(stored)
    database = _tables(answers)
    products = DynamodbProducts(database, "products")
    looks = OpenSearchLooks(_search(answers), EmbeddingSpace("any-1", 512))
    sync = ProductSync(products, DynamodbPictures(database, "pictures", products), looks)

    def compare() -> None:
        page, _ = products.stored_page(None, PRODUCTS)
        sync.compared([product for product in page if product is not None])

    return {
        "products, and their digests in the index by looks": _seconds(compare, rounds) / PRODUCTS
    }


def _seconds(work: Callable[[], object], rounds: int) -> float:
    """The median processor time of all threads."""
    taken = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return median(taken)


def _text(figures: Mapping[str, float]) -> str:
    rows = [[name, f"{1e6 * seconds:.0f}"] for name, seconds in figures.items()]
    explained = (
        "Processor time of the function's side, for each picture or product: requests are signed, "
        f"and answers read, that were made before, {PAGE:,} pictures, {LISTED:,} ids of the index "
        f"and {PRODUCTS} products at once. Medians of {ROUNDS} rounds. Nothing is waited for."
    )
    return f"{explained}\n\n{table(['step', 'microseconds'], rows)}"
