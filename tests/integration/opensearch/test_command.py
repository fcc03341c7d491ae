"""``lookalike index`` on a real server."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest
from opensearchpy import OpenSearch
from typer.testing import CliRunner

from lookalike.aws.stores import pictures_of_table
from lookalike.cli.app import app
from lookalike.errors import SettingInvalidError, StorageUnavailableError
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.storage.opensearch.index_load import IndexLoad
from lookalike.storage.opensearch.vectors import OpenSearchVectors
from tests.builders import a_picture, a_vector_entry
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


def _away(*_: object) -> None:
    raise StorageUnavailableError("It is away.")
