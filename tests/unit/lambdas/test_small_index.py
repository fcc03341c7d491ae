"""With a small index, the same functions find pictures without any search service."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest

from lambdas.compact_index import handler as compact_index
from lambdas.find_similar import handler as find_similar
from lambdas.index_pictures import handler as index_pictures
from lambdas.manage_products import handler as manage_products
from lambdas.reconcile_index import handler as reconcile_index
from lookalike.aws.entry_point import entry_point
from lookalike.aws.made_pictures import generated_jpeg
from lookalike.aws.service_check import edited
from lookalike.aws.settings import FunctionSettings, read_settings
from lookalike.aws.stores import build_tables, build_vector_index, dynamodb_client
from lookalike.errors import SettingInvalidError
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.pictures import Picture
from lookalike.storage.dynamodb.schema import CHANGES
from lookalike.storage.small.index import SmallIndex
from lookalike.storage.two_indices import TwoIndices
from tests.builders import a_fingerprint_id, a_picture
from tests.contract.storage.moto_dynamodb import NAMES, create_table
from tests.unit.aws import BUCKET
from tests.unit.lambdas.calls import Context, asked
from tests.unit.sync.stream.records import a_record

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LONG_AGO = 1_000_000


@pytest.fixture
def small(deployed: None, dynamodb: DynamoDBClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment with a small index alone."""
    del deployed
    create_table(dynamodb, "changes", CHANGES)
    monkeypatch.setenv("LOOKALIKE_INDICES", '["small"]')
    monkeypatch.delenv("LOOKALIKE_OPENSEARCH_ENDPOINT")
    monkeypatch.setenv("LOOKALIKE_CHANGES_TABLE", "changes")
    monkeypatch.setenv("LOOKALIKE_SNAPSHOTS_BUCKET", BUCKET)


def store(*numbers: int) -> list[Picture]:
    _, pictures = build_tables(dynamodb_client(), read_settings(FunctionSettings))
    stored = [a_picture(n, version=ALGORITHM_VERSION, last_seen=LONG_AGO) for n in numbers]
    pictures.put_many(stored)
    return stored


def notify(event: Literal["INSERT", "REMOVE"], *fingerprint_ids: str) -> None:
    records = [a_record(event, name, number) for number, name in enumerate(fingerprint_ids)]
    answer = entry_point("index_pictures", index_pictures._build)({"Records": records}, Context())
    assert answer == {"batchItemFailures": []}


def found(picture: Picture) -> list[str]:
    """What a check finds at no distance, in a function that has just started."""
    index = build_vector_index(read_settings(FunctionSettings))
    rows = np.frombuffer(picture.fingerprint.hashes["deep"], np.uint8)[np.newaxis]
    near = index.nearest({"deep": rows}, 5)["deep"]
    return [each.fingerprint_id for each in near if each.distance == 0]


@pytest.mark.usefixtures("small")
def test_should_find_what_the_stream_says_before_and_after_a_compaction(
    dynamodb: DynamoDBClient,
) -> None:
    one, other = store(1, 2)
    notify("INSERT", one.fingerprint_id, other.fingerprint_id)
    assert found(one) == [one.fingerprint_id]

    compact = entry_point("compact_index", compact_index._build)
    assert compact({}, Context()) == {"pictures": 2, "changes": 1}
    assert compact({}, Context()) == {"pictures": 2, "changes": 0}
    assert found(one) == [one.fingerprint_id]

    key = {"fingerprint_id": {"S": one.fingerprint_id}}
    dynamodb.delete_item(TableName=NAMES.pictures, Key=key)
    notify("REMOVE", one.fingerprint_id)
    assert found(one) == []
    assert found(other) == [other.fingerprint_id]


@pytest.mark.usefixtures("small")
def test_should_reconcile_what_the_stream_has_lost() -> None:
    store(1, 2)
    index = build_vector_index(read_settings(FunctionSettings), in_background=True)
    index.add([])
    reconcile = entry_point("reconcile_index", reconcile_index._build)

    first = reconcile({}, Context())

    assert first is not None
    assert (first["behind"], first["unrepaired"], first["swept"]) == (2, 0, 2)
    assert index.ids() == sorted(map(a_fingerprint_id, (1, 2)))
    second = reconcile({}, Context())
    assert second is not None
    assert (second["behind"], second["ahead"]) == (0, 2), "no product showed them: they are swept"
    assert index.ids() == []


@pytest.mark.usefixtures("small")
def test_should_keep_both_kinds_where_both_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOKALIKE_INDICES", '["small", "opensearch"]')
    with pytest.raises(SettingInvalidError, match="LOOKALIKE_OPENSEARCH_ENDPOINT"):
        build_vector_index(read_settings(FunctionSettings))
    monkeypatch.setenv("LOOKALIKE_OPENSEARCH_ENDPOINT", "http://127.0.0.1:1")
    both = build_vector_index(read_settings(FunctionSettings))
    assert isinstance(both, TwoIndices)
    assert isinstance(both._first, SmallIndex)


@pytest.mark.usefixtures("small")
def test_should_say_what_a_small_index_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOOKALIKE_SNAPSHOTS_BUCKET")
    with pytest.raises(SettingInvalidError, match="LOOKALIKE_SNAPSHOTS_BUCKET"):
        build_vector_index(read_settings(FunctionSettings))


@pytest.mark.usefixtures("small")
def test_should_find_a_copy_of_what_was_registered_until_it_is_deleted(
    network: Network, dynamodb: DynamoDBClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Network, "load", lambda: network)
    products = entry_point("manage_products", manage_products._build)
    picture = generated_jpeg()
    sent = {"sku": "k1", "image_base64": base64.b64encode(picture).decode()}
    assert asked(products, "PUT", "/products/1", sent).status == 201
    [item] = dynamodb.scan(TableName=NAMES.pictures)["Items"]
    notify("INSERT", item["fingerprint_id"]["S"])

    copy = {"image_base64": base64.b64encode(edited(picture)).decode()}
    checks = entry_point("find_similar", find_similar._build)
    [match] = asked(checks, "POST", "/find_similar", copy).json["matches"]
    assert (match["entity_id"], match["verdict"]) == ("1", "edited_copy")

    assert asked(products, "DELETE", "/products/1").status == 204
    assert asked(checks, "POST", "/find_similar", copy).json["matches"] == []
