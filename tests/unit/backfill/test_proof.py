"""A backfill is whole where all of it is proved, and nothing is taken for granted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typing_extensions import override

from lookalike.api.products.models import ProductsAnswer
from lookalike.api.status.models import DeployedStatusAnswer, StatusAnswer
from lookalike.backfill.manifest import Manifest
from lookalike.backfill.proof import MIN_RECALL, Proof, prove
from lookalike.cli.remote.connection import Connection, ServiceRetryPolicy
from lookalike.cli.remote.service import RemoteService
from lookalike.images.preparation import PreparedPicture
from lookalike.storage.listing import ProductFilter

WHOLE = Proof(products=100, missing=[], edited=10, lost=[], drift=0, is_compared=True)
STATUS = {
    "products": 0,
    "pictures": 0,
    "outdated": 0,
    "algorithm_version": "3-00000000",
    "service_version": "0.2.0",
    "uptime_seconds": 1.0,
}
INDEX = {"pictures": 0, "behind": 0, "ahead": 0, "fresh": True}


def test_should_be_whole_where_all_of_it_is_proved() -> None:
    assert WHOLE.is_whole
    assert replace(WHOLE, lost=["a"]).recall == MIN_RECALL
    assert replace(WHOLE, lost=["a"]).is_whole


@pytest.mark.parametrize(
    "flawed",
    [
        replace(WHOLE, missing=["a"]),
        replace(WHOLE, lost=["a", "b"]),
        replace(WHOLE, edited=0),
        replace(WHOLE, drift=1),
        replace(WHOLE, is_compared=False),
    ],
)
def test_should_not_be_whole_where_anything_is_not(flawed: Proof) -> None:
    assert not flawed.is_whole


class Answers(Connection):
    """A service without products that answers with a status."""

    def __init__(self, index: dict[str, object]) -> None:
        super().__init__("http://service.example", None, ServiceRetryPolicy())
        self._status = STATUS | {"index": INDEX | index}

    @override
    def call(self, method: str, path: str, **_what: object) -> object:
        assert (method, path) == ("GET", "/status")
        return self._status


class Service(RemoteService):
    """Lists no product."""

    def __init__(self, index: dict[str, object]) -> None:
        super().__init__("http://service.example")
        self._connection = Answers(index)

    @override
    def products(
        self, wanted: ProductFilter, cursor: str, limit: int, *, with_fingerprints: bool = False
    ) -> ProductsAnswer:
        return ProductsAnswer(products=[], next_cursor=None)


def _read(address: str) -> PreparedPicture:
    raise AssertionError(address)


@pytest.mark.parametrize(
    ("index", "ended_ago", "is_compared"),
    [
        ({"compared_seconds_ago": 3000.0}, 60, False),
        ({"compared_seconds_ago": 30.0}, 60, True),
        ({"compared_seconds_ago": 3000.0}, None, True),
        ({}, 60, True),
    ],
)
def test_should_say_where_nothing_was_compared_since_the_import_ended(
    tmp_path: Path, index: dict[str, object], ended_ago: int | None, *, is_compared: bool
) -> None:
    """One machine has index and table always in step, and says no time."""
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("entity_id,image_url\n1,https://shop.example/1.jpg\n")
    ended = None if ended_ago is None else datetime.now(UTC) - timedelta(seconds=ended_ago)
    proof = prove(Service(index), Manifest(manifest), [], _read, samples=0, ended=ended)
    assert proof.is_compared is is_compared
    assert ("not compared since the import has ended" in str(proof)) is not is_compared


def test_should_read_the_status_of_a_deployment_and_of_one_machine() -> None:
    assert isinstance(Service({"compared_seconds_ago": 5.0}).status(), DeployedStatusAnswer)
    here = Service({}).status()
    assert type(here) is StatusAnswer
