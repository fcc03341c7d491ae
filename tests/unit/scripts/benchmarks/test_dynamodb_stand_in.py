"""The stand-in answers the stores of a deployment as DynamoDB does."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer

import boto3
import pytest

from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.errors import CLIENT_CONFIG, TABLE_RETRIES
from lookalike.storage.dynamodb.items import picture_item, product_item
from lookalike.storage.dynamodb.pictures import DynamodbPictures
from lookalike.storage.dynamodb.products import DynamodbProducts
from scripts.benchmarks import dynamodb_stand_in
from tests.builders import a_fingerprint_id, a_picture, a_product

PICTURE = a_picture(1, signature=b"\x00\xff")
SHOWING = [a_product(1), a_product(2, fingerprint_id=PICTURE.fingerprint_id)]


@pytest.fixture
def database() -> Iterator[DynamodbDatabase]:
    """Tables with one picture and two products."""
    text = dynamodb_stand_in.to_json(
        [picture_item(PICTURE)], [product_item(each) for each in SHOWING]
    )
    handler = dynamodb_stand_in._handler(dynamodb_stand_in.Tables(json.loads(text)))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        client = boto3.client(
            "dynamodb",
            region_name="eu-central-1",
            aws_access_key_id="nobody",
            aws_secret_access_key="nothing",  # noqa: S106 - of nobody
            endpoint_url=f"http://127.0.0.1:{server.server_port}",
            config=CLIENT_CONFIG,
        )
        yield DynamodbDatabase(client, TABLE_RETRIES)
        client.close()
        server.shutdown()
        thread.join()


def test_should_answer_the_requests_of_a_check(database: DynamodbDatabase) -> None:
    products = DynamodbProducts(database, dynamodb_stand_in.PRODUCTS)
    pictures = DynamodbPictures(database, dynamodb_stand_in.PICTURES, products)

    found = pictures.get_many([a_fingerprint_id(1), a_fingerprint_id(2)])

    assert found == {a_fingerprint_id(1): PICTURE}
    assert list(products.showing(a_fingerprint_id(1))) == SHOWING
    assert list(products.showing(a_fingerprint_id(2))) == []
