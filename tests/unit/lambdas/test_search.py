"""Functions search by looks what was registered through them, as one machine does."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lambdas.find_similar import handler as find_similar
from lambdas.find_similar import wiring
from lambdas.index_pictures import handler as index_pictures
from lambdas.manage_products import handler as manage_products
from lookalike.aws import looks
from lookalike.aws.entry_point import Handler, entry_point
from lookalike.fingerprint.network import Network
from lookalike.search.models.registry import read_models
from tests.contract.storage.moto_dynamodb import NAMES, a_client
from tests.integration.processes import SAMPLE
from tests.toy_looks import ToyLooks
from tests.unit.lambdas.calls import Context, asked

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PHOTOGRAPHS = sorted(SAMPLE.glob("photos/*.jpg"))[:3]


def sent(path: Path, colour: str = "red") -> dict[str, object]:
    picture = base64.b64encode(path.read_bytes()).decode()
    return {"image_base64": picture, "attributes": {"colour": colour}}


@pytest.fixture
def index(network: Network, deployed: None, monkeypatch: pytest.MonkeyPatch) -> ToyLooks:
    """The index of all functions."""
    del deployed
    monkeypatch.setattr(Network, "load", lambda: network)
    built = ToyLooks(looks.deployed_space())
    for module in (looks, wiring):
        monkeypatch.setattr(module, "build_looks_index", lambda *_, **__: built)
    return built


@pytest.fixture
def searches(index: ToyLooks, dynamodb: DynamoDBClient) -> Handler:
    """The function that searches, where three products are registered and their stream is read."""
    del index
    products = entry_point("manage_products", manage_products._build)
    for number, path in enumerate(PHOTOGRAPHS):
        body = sent(path, "red" if number else "blue")
        assert asked(products, "PUT", f"/products/p{number}", body).status == 201
    streams = a_client("dynamodbstreams")
    arn = dynamodb.describe_table(TableName=NAMES.products)["Table"]["LatestStreamArn"]
    [shard] = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    start = {"ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
    iterator = streams.get_shard_iterator(StreamArn=arn, **start)["ShardIterator"]
    records = streams.get_records(ShardIterator=iterator)["Records"]
    followed = entry_point("index_pictures", index_pictures._build)({"Records": records}, Context())
    assert followed == {"batchItemFailures": []}
    return entry_point("find_similar", find_similar._build)


def test_should_find_by_picture_and_by_product(searches: Handler) -> None:
    picture = {"image_base64": sent(PHOTOGRAPHS[1])["image_base64"]}
    answer = asked(searches, "POST", "/search", picture)
    assert answer.status == 200
    first, *others = answer.json["products"]
    assert (first["entity_id"], len(others)) == ("p1", 2)
    assert first["cosine"] == pytest.approx(1, abs=2e-3)
    assert first["likeness_percentage"] > 90
    assert answer.json["model"] == {
        "name": "built-in",
        "version": read_models().named(None).space.version,
    }
    alike = asked(searches, "GET", "/search?entity_id=p1&filter=colour:red").json
    assert [each["entity_id"] for each in alike["products"]] == ["p2"]


@pytest.mark.usefixtures("deployed")
def test_should_say_why_a_small_deployment_does_not_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOOKALIKE_INDICES", '["small"]')
    monkeypatch.setenv("LOOKALIKE_CHANGES_TABLE", "changes")
    monkeypatch.setenv("LOOKALIKE_SNAPSHOTS_BUCKET", "a-bucket")
    monkeypatch.delenv("LOOKALIKE_OPENSEARCH_ENDPOINT")
    function = entry_point("find_similar", find_similar._build)
    answer = asked(function, "GET", "/search")
    assert answer.status == 404
    assert "has no OpenSearch" in answer.json["detail"]
