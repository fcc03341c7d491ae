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
from lookalike.aws.settings import FunctionSettings
from lookalike.fingerprint.network import Network
from lookalike.search.models import bedrock
from lookalike.search.models.registry import read_models
from lookalike.search.models.settings import (
    BedrockSettings,
    BuiltInSettings,
    ModelSettings,
    SearchSettings,
)
from lookalike.search.models.version import space_of
from tests.contract.storage.moto_dynamodb import NAMES, a_client
from tests.integration.processes import SAMPLE
from tests.toy_looks import ToyLooks
from tests.unit.lambdas.calls import Context, asked
from tests.unit.lambdas.deployed_models import KEY, a_file, configure, upload
from tests.unit.search.models.test_bedrock import BUSY, OK, REFUSED, Recorded

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

Indices = dict[str, ToyLooks]
PHOTOGRAPHS = sorted(SAMPLE.glob("photos/*.jpg"))[:3]


def sent(path: Path, colour: str = "red") -> dict[str, object]:
    picture = base64.b64encode(path.read_bytes()).decode()
    return {"image_base64": picture, "attributes": {"colour": colour}}


@pytest.fixture
def indices(network: Network, deployed: None, monkeypatch: pytest.MonkeyPatch) -> Indices:
    """The indices of all functions, by version of the model."""
    del deployed
    monkeypatch.setattr(Network, "load", lambda: network)
    built: Indices = {}

    def build(settings: FunctionSettings, **_: object) -> list[ToyLooks]:
        spaces = looks.deployed_spaces(settings.search_models).values()
        return [built.setdefault(space.version, ToyLooks(space)) for space in spaces]

    for module in (looks, wiring):
        monkeypatch.setattr(module, "build_looks_indices", build)
    return built


@pytest.fixture
def searches(indices: Indices, dynamodb: DynamoDBClient) -> Handler:
    """The function that searches, where three products are registered and their stream is read."""
    del indices
    return registered(dynamodb)


def registered(dynamodb: DynamoDBClient) -> Handler:
    """What searches three products that are registered now."""
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


def test_should_search_by_each_model_of_the_operators(
    indices: Indices,
    dynamodb: DynamoDBClient,
    s3: S3Client,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With embeddings of both that are stored when a product is registered."""
    clip = a_file(tmp_path)
    upload(s3, clip)
    in_s3 = clip.model_copy(update={"file": Path(KEY)})
    both: dict[str, ModelSettings] = {"built-in": BuiltInSettings(kind="built-in"), "clip": in_s3}
    configure(monkeypatch, tmp_path / "scratch", SearchSettings(default="clip", models=both))
    searches = registered(dynamodb)

    picture = {"image_base64": sent(PHOTOGRAPHS[1])["image_base64"]}
    versions = {name: space_of(name, each).version for name, each in both.items()}
    for asked_for, name in (("", "clip"), ("?model=clip", "clip"), ("?model=built-in", "built-in")):
        answer = asked(searches, "POST", f"/search{asked_for}", picture).json
        assert answer["model"] == {"name": name, "version": versions[name]}
        assert answer["products"][0]["entity_id"] == "p1"
        assert answer["products"][0]["cosine"] == pytest.approx(1, abs=2e-3)
    assert {version: len(index.entries) for version, index in indices.items()} == dict.fromkeys(
        versions.values(), 3
    )
    refused = asked(searches, "POST", "/search?model=other", picture)
    assert (refused.status, refused.json["code"]) == (400, "bad_parameter")
    assert "the models are: built-in, clip" in refused.json["detail"]


def test_should_search_by_bedrock_what_is_embedded_by_it(
    indices: Indices, dynamodb: DynamoDBClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And say that it is busy, or that it refuses a picture."""
    recorded = Recorded(OK, OK, OK, OK, BUSY, REFUSED, OK)
    monkeypatch.setattr(bedrock, "_connect", recorded.connect)
    titan = BedrockSettings(kind="bedrock", dimension=256, at_registration=True)
    configure(monkeypatch, tmp_path, SearchSettings(default="titan", models={"titan": titan}))
    searches = registered(dynamodb)
    assert len(recorded.requests) == 3
    [index] = indices.values()
    assert all(len(entry.embeddings) == 1 for entry in index.entries.values())

    picture = {"image_base64": sent(PHOTOGRAPHS[1])["image_base64"]}
    answers = [asked(searches, "POST", "/search", picture) for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 503, 422]
    assert len(answers[0].json["products"]) == 3
    codes = [answer.json["code"] for answer in answers[1:]]
    assert codes == ["model_away", "model_refused_picture"]


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
