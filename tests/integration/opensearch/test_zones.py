"""A domain with standby takes no index without a copy in each zone, and is filled all the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from opensearchpy import OpenSearch
from typer.testing import CliRunner

from lookalike.aws.stores import pictures_of_table
from lookalike.cli.app import app
from lookalike.errors import StorageInvalidError, StorageUnavailableError
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.storage.opensearch.admin import IndexAdmin
from lookalike.storage.opensearch.client import connect
from lookalike.storage.opensearch.index_load import IndexLoad
from lookalike.storage.opensearch.schema import IndexSettings
from lookalike.storage.opensearch.service import OpenSearchService
from lookalike.storage.opensearch.vectors import OpenSearchVectors
from scripts.opensearch_server.server import OpenSearchServer
from tests.builders import a_picture
from tests.contract.storage.moto_dynamodb import NAMES, create_tables
from tests.unit.aws import aws

__all__ = ["aws"]

pytestmark = pytest.mark.slow
_AWARENESS = "cluster.routing.allocation.awareness"
STANDBY = {
    "node.attr.zone": "a",
    f"{_AWARENESS}.attributes": "zone",
    f"{_AWARENESS}.force.zone.values": "a,b,c",
    f"{_AWARENESS}.balance": "true",
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A node that refuses what a domain with standby refuses; the other zones have none."""
    with OpenSearchServer(settings=STANDBY) as server:
        yield server.url


@pytest.fixture
def client(url: str) -> Iterator[OpenSearch]:
    client = connect(url, OpenSearchService.UNSIGNED)
    yield client
    client.indices.delete(index="pictures-*")
    client.close()


def test_should_refuse_other_numbers_of_copies(client: OpenSearch) -> None:
    """The node of these tests is as strict as it should be."""
    admin = IndexAdmin(client, ALGORITHM_VERSION)
    for replicas in (0, 1):
        with pytest.raises(StorageInvalidError, match="invalid_index_template"):
            admin.create(IndexSettings(replicas=replicas))


@pytest.mark.usefixtures("aws")
def test_should_rebuild_an_index_with_a_copy_in_each_zone(
    url: str, client: OpenSearch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where none serves, and from there on again; and where it was stopped in between."""
    monkeypatch.chdir(tmp_path)
    tables = boto3.client("dynamodb")
    create_tables(tables)
    pictures = pictures_of_table(tables, NAMES.pictures)
    pictures.put_many([a_picture(number, version=ALGORITHM_VERSION) for number in range(9)])
    where = ("--url", url, "--service", "none", "--table", NAMES.pictures)

    def rebuild() -> None:
        done = CliRunner().invoke(app, ["index", "rebuild", *where], catch_exceptions=False)
        assert done.exit_code == 0, done.output

    with monkeypatch.context() as stopping:
        stopping.setattr(IndexLoad, "end", _away)
        with pytest.raises(StorageUnavailableError):
            rebuild()
    rebuild()
    rebuild()

    assert OpenSearchVectors(client, ALGORITHM_VERSION).count() == 9
    found = client.indices.get_settings(index="pictures-*")
    settings = [each["settings"]["index"] for each in found.values()]
    assert [each["number_of_replicas"] for each in settings] == ["2", "2"]
    assert [each["refresh_interval"] for each in settings] == ["1s", "1s"]


def _away(*_: object) -> None:
    raise StorageUnavailableError("It is away.")
