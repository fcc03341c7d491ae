"""``lookalike index`` on a real server."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import boto3
import numpy as np
import pytest
from opensearchpy import OpenSearch
from typer.testing import CliRunner

from lookalike.aws.looks import deployed_space
from lookalike.aws.stores import pictures_of_table
from lookalike.cli.app import app
from lookalike.errors import SettingInvalidError, StorageUnavailableError
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.storage.dynamodb.further_pictures import further_items
from lookalike.storage.dynamodb.items import product_item
from lookalike.storage.embeddings import pack
from lookalike.storage.opensearch.admin import IndexAdmin
from lookalike.storage.opensearch.index_load import IndexLoad
from lookalike.storage.opensearch.looks import OpenSearchLooks
from lookalike.storage.opensearch.looks_schema import LooksSettings
from lookalike.storage.opensearch.vectors import OpenSearchVectors
from tests.builders import a_picture, a_product, a_vector_entry
from tests.contract.storage.moto_dynamodb import NAMES, create_tables
from tests.opensearch import GENEROUS
from tests.unit.aws import aws

__all__ = ["aws"]

Index = Callable[..., str]


@pytest.fixture
def index(opensearch_url: str, index_base: str) -> Index:
    """Runs ``lookalike index`` with these arguments; what it prints."""

    def run(*arguments: str) -> str:
        where = ("--url", opensearch_url, "--service", "none", "--alias", index_base)
        done = CliRunner().invoke(app, ["index", *arguments, *where], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    return run


def test_should_roll_out_another_index(
    index: Index, opensearch: OpenSearch, index_base: str
) -> None:
    name = f"{index_base}-{ALGORITHM_VERSION}"
    single = ("--replicas", "0")
    assert index("create", *single) == f"{name}-1 was created and serves.\n"
    vectors = OpenSearchVectors(
        opensearch, ALGORITHM_VERSION, index_base, retries=GENEROUS, refresh="true"
    )
    vectors.add([a_vector_entry(number, version=ALGORITHM_VERSION) for number in range(5)])

    built = index("create", "--copy", "--m", "24")
    switched = index("switch", f"{name}-2")
    dropped = index("drop", f"{name}-1")

    assert "5 pictures copied." in built
    assert f"`lookalike index switch {name}-2`" in built
    assert switched == f"{name}-2 serves. {name}-1 still exists.\n"
    assert dropped == f"{name}-1 was deleted.\n"
    assert vectors.count() == 5
    (listed,) = json.loads(index("list", "--json"))
    assert (listed["name"], listed["serves"], listed["pictures"]) == (f"{name}-2", True, 5)
    assert listed["health"] == "green", "it has as many copies as the one before: none"
    assert index("list").startswith(f"* {name}-2 ")


def test_should_refuse_to_drop_what_serves(index: Index, index_base: str) -> None:
    index("create", "--replicas", "0")

    with pytest.raises(SettingInvalidError, match="switch to another index first"):
        index("drop", f"{index_base}-{ALGORITHM_VERSION}-1")


def test_should_not_send_unsigned_requests_elsewhere() -> None:
    with pytest.raises(SettingInvalidError, match="loopback"):
        CliRunner().invoke(
            app,
            ["index", "list", "--url", "https://search.example", "--service", "none"],
            catch_exceptions=False,
        )


def test_should_say_soon_whom_it_cannot_reach() -> None:
    nobody = "http://127.0.0.1:9"
    with pytest.raises(StorageUnavailableError, match=nobody):
        CliRunner().invoke(
            app, ["index", "list", "--url", nobody, "--service", "none"], catch_exceptions=False
        )


@pytest.mark.usefixtures("aws")
def test_should_rebuild_an_index_from_the_table(
    index: Index,
    opensearch: OpenSearch,
    index_base: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And go on with the index that was begun, where it was stopped."""
    monkeypatch.chdir(tmp_path)
    client = boto3.client("dynamodb")
    create_tables(client)
    pictures = pictures_of_table(client, NAMES.pictures)
    pictures.put_many([a_picture(number, version=ALGORITHM_VERSION) for number in range(9)])
    name = f"{index_base}-{ALGORITHM_VERSION}"
    index("create", "--replicas", "0")

    with monkeypatch.context() as stopping:
        stopping.setattr(IndexLoad, "end", _away)
        with pytest.raises(StorageUnavailableError):
            index("rebuild", "--table", NAMES.pictures, "--workers", "2")
    rebuilt = index("rebuild", "--table", NAMES.pictures, "--workers", "2")

    assert rebuilt.endswith(f"{name}-2 serves.\n")
    assert OpenSearchVectors(opensearch, ALGORITHM_VERSION, index_base).count() == 9
    assert [each["serves"] for each in json.loads(index("list", "--json"))] == [False, True]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("aws")
def test_should_rebuild_an_index_by_looks_from_the_tables(
    index: Index,
    opensearch: OpenSearch,
    index_base: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And go on with the index that was begun, where it was stopped."""
    monkeypatch.chdir(tmp_path)
    client, space = boto3.client("dynamodb"), deployed_space()
    create_tables(client)
    embeddings = {space.version: pack(np.eye(1, space.dimension, dtype=np.float32)[0])}
    pictures = pictures_of_table(client, NAMES.pictures)
    made = [a_picture(number) for number in range(9)]
    pictures.put_many(
        [
            replace(each, fingerprint=replace(each.fingerprint, embeddings=embeddings))
            for each in made
        ]
    )
    products = [product_item(a_product(number)) for number in range(9)]
    others = [*further_items(a_product(0, further=(1,))), {"entity_id": {"S": "unregistered"}}]
    for item in (*products, *others):
        client.put_item(TableName=NAMES.products, Item=item)
    settings = LooksSettings(replicas=0, dimension=space.dimension)
    first = IndexAdmin(opensearch, space.version, index_base).create(settings)
    command = ("rebuild-looks", "--tables", NAMES.products, NAMES.pictures, "--workers", "2")

    with monkeypatch.context() as stopping:
        stopping.setattr(IndexLoad, "end", _away)
        with pytest.raises(StorageUnavailableError):
            index(*command)
    rebuilt = index(*command)

    assert rebuilt.endswith(f"{first.removesuffix('1')}2 serves.\n")
    looks = OpenSearchLooks(opensearch, space, index_base)
    assert looks.count() == 9
    [nearest, *_] = looks.nearest(np.eye(1, space.dimension, dtype=np.float32)[0], 9)
    assert nearest.cosine == pytest.approx(1, abs=1e-3)
    assert [each["serves"] for each in json.loads(index("list", "--json"))] == [False, True]
    assert list(tmp_path.iterdir()) == []


def _away(*_: object) -> None:
    raise StorageUnavailableError("It is away.")
