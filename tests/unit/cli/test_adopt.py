"""``lookalike adopt`` reads another program's table, and goes on where it was stopped."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from typer.testing import CliRunner, Result
from typing_extensions import override

from lookalike.catalogue.adoption import table_feed
from lookalike.catalogue.catalogue_row import CatalogueRow, failed_row
from lookalike.catalogue.row_changes import RowChange
from lookalike.cli.app import app
from lookalike.cli.catalogue_loading import Loading
from lookalike.errors import SettingInvalidError
from lookalike.imports.batch import Batch
from lookalike.local.feed_sync.target import Row, SyncTarget
from lookalike.storage.import_runs import FailedRow
from lookalike.storage.listing import ProductFilter
from lookalike.storage.scan_progress import ProgressFile, ScanProgress

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE = "hash_store"
HOST = "https://shop.example"


class Place(SyncTarget):
    """Keeps rows; refuses those without a sku; may be told to stop after some batches."""

    def __init__(self) -> None:
        self.rows: list[CatalogueRow] = []
        self.batches_left = 1_000
        self.swept = 0

    @override
    def run(
        self,
        rows: Iterable[Row],
        on_batch: Callable[[Batch], None],
        should_stop: Callable[[], bool] = lambda: False,
    ) -> bool:
        iterator = iter(rows)
        while self.batches_left:
            some = list(islice(iterator, 3))
            if not some:
                return True
            self.batches_left -= 1
            on_batch(self._batch(some))
        return False

    def _batch(self, some: Sequence[Row]) -> Batch:
        refused = [row for row in some if isinstance(row, FailedRow)]
        read = [row for row in some if isinstance(row, CatalogueRow)]
        self.rows += [row for row in read if row.sku]
        refused += [failed_row(row, "image_not_found", "Gone.") for row in read if not row.sku]
        return Batch(done=len(some) - len(refused), failures=tuple(refused))

    @override
    def sweep(self) -> None:
        self.swept += 1

    @override
    def changes(self, rows: Iterable[Row]) -> Iterator[tuple[Row, RowChange]]:
        raise NotImplementedError

    @override
    def entity_ids(self, wanted: ProductFilter) -> Iterator[str]:
        raise NotImplementedError

    @override
    def delete(self, entity_ids: Sequence[str], on_deleted: Callable[[int], None]) -> None:
        raise NotImplementedError


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Place:
    """What is loaded into."""
    built = Place()

    @contextmanager
    def opened(_self: Loading, **_options: bool) -> Iterator[SyncTarget]:
        yield built

    monkeypatch.setattr(Loading, "place", opened)
    monkeypatch.setattr(table_feed, "PAGE_SIZE", 5)
    monkeypatch.chdir(tmp_path)
    return built


@pytest.fixture
def old(aws: None) -> DynamoDBClient:
    """A table of 50 entries, one of which names no picture, and one of which is refused."""
    del aws
    client: DynamoDBClient = boto3.client("dynamodb")
    client.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "entity_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "entity_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for number in range(50):
        client.put_item(
            TableName=TABLE,
            Item={
                "entity_id": {"S": f"e{number}"},
                "sku": {"S": "" if number == 7 else f"S-{number}"},
                "small_image": {"S": "" if number == 8 else f"{HOST}/{number}.jpg"},
                "phash": {"S": "c3d1a0f0e1b2c3d4"},
                "price": {"N": "12.5"},
            },
        )
    return client


def adopt(*words: str) -> Result:
    """The command."""
    return CliRunner().invoke(app, ["adopt", TABLE, *words], catch_exceptions=False)


def refused() -> list[str]:
    """The entity ids of the file of refused rows."""
    with Path("adopt-failures.csv").open(encoding="utf-8", newline="") as file:
        return [row["entity_id"] for row in csv.DictReader(file)]


def test_should_take_over_all_that_has_a_picture(place: Place, old: DynamoDBClient) -> None:
    before = old.scan(TableName=TABLE)["Items"]
    done = adopt("--json")
    assert done.exit_code == 3
    counts = json.loads(done.stdout)
    assert (counts["rows"], counts["done"], counts["failed"]) == (50, 48, 2)
    assert {row.entity_id: row.image_url for row in place.rows}["e9"] == f"{HOST}/9.jpg"
    assert place.rows[0].attributes == {"price": "12.5"}
    assert sorted(refused()) == ["e7", "e8"]
    assert not Path("adopt-progress.json").exists()
    assert (old.scan(TableName=TABLE)["Items"], place.swept) == (before, 1)


@pytest.mark.parametrize("segments", ["1", "3"])
@pytest.mark.usefixtures("old")
def test_should_go_on_where_it_was_stopped(place: Place, segments: str) -> None:
    """At most the rows of unfinished pages come twice, and no refused row is forgotten."""
    place.batches_left = 9
    adopt("--segments", segments)
    assert (len(place.rows) < 30, place.swept) == (True, 0)
    place.batches_left = 1_000
    adopt("--segments", segments)
    assert {row.entity_id for row in place.rows} == {f"e{n}" for n in range(50)} - {"e7", "e8"}
    assert len(place.rows) <= 48 + 5 * int(segments)
    assert {*refused()} == {"e7", "e8"}
    assert place.swept == 1


@pytest.mark.usefixtures("old")
def test_should_not_go_on_into_another_place(place: Place) -> None:
    place.batches_left = 9
    adopt()
    with pytest.raises(SettingInvalidError, match="is the progress of hash_store into"):
        adopt("--url", "http://127.0.0.1:1")


@pytest.mark.usefixtures("aws", "place")
def test_should_say_that_there_is_no_such_table() -> None:
    with pytest.raises(SettingInvalidError, match="ResourceNotFound"):
        adopt()


def test_should_keep_the_cursor_of_a_binary_key(tmp_path: Path) -> None:
    file = ProgressFile(tmp_path / "progress.json")
    new = ScanProgress(TABLE, "here", 2)
    read = new.at(10, 0, {"key": {"B": b"\xff"}}).at(12, 1, None)
    file.save(read)
    assert file.read(new) == read
    assert list(read.left()) == [(0, {"key": {"B": b"\xff"}})]


def test_should_say_that_a_progress_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "progress.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SettingInvalidError, match="Remove it to begin anew"):
        ProgressFile(tmp_path / "progress.json").read(ScanProgress(TABLE, "here", 2))
