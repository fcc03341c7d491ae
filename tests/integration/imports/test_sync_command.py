"""``lookalike sync`` as its users meet it, on a data folder and on a service."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.storage.sqlite.storage import EmbeddedStorage
from tests.integration.imports import killed_syncs
from tests.integration.processes import (
    PATIENCE,
    ROOT,
    SAMPLE,
    Done,
    Service,
    entity_ids,
    environment,
    lookalike,
    serving,
    some_rows,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(PATIENCE)]
ROWS = 4


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    path = tmp_path / "feed.csv"
    path.write_text(some_rows(ROWS), encoding="utf-8")
    return path


def stored(data: Path) -> set[str]:
    """The ids in a data folder."""
    with closing(EmbeddedStorage(data, ALGORITHM_VERSION, read_only=True)) as storage:
        return {product.entity_id for product in storage.products.page().products}


def test_should_follow_the_feed_of_a_data_folder(tmp_path: Path, feed: Path) -> None:
    data = tmp_path / "data"

    def sync(*options: object) -> Done:
        return lookalike("sync", feed, "--data", data, "--images-root", SAMPLE, *options)

    first = sync()
    assert (first.code, first.errors) == (0, "")
    assert first.output.endswith(
        "4 rows: 4 loaded, 0 unchanged, 0 refused.\n0 products deleted that left the feed.\n"
    )
    old, new = entity_ids(some_rows(ROWS)), entity_ids(some_rows(ROWS, first=1))
    feed.write_text(some_rows(ROWS, first=1), encoding="utf-8")

    refused = sync("--dry-run", "--json")
    assert refused.code == 1
    assert "delete 1 of 4 products (25 %), and may delete 10%" in refused.errors
    counts = {"rows": 4, "products": 4, "added": 1, "changed": 0, "unchanged": 3, "deleted": 1}
    assert counts.items() <= refused.json.items()
    assert refused.json["samples"] == {"added": new[-1:], "changed": [], "deleted": old[:1]}
    braked = sync()
    assert (braked.code, stored(data)) == (1, set(old))
    assert "The option is --max-deletions." in braked.errors

    done = sync("--max-deletions", 1, "--json")
    assert done.code == 0
    counts = {"done": 1, "unchanged": 3, "failed": 0, "deleted": 1}
    assert counts.items() <= done.json.items()
    assert stored(data) == set(new)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("service") / "data") as running:
        yield running


def test_should_follow_the_feed_of_a_service(service: Service, tmp_path: Path, feed: Path) -> None:
    """Pictures that are files are sent; a dry run does not look at them."""
    mine = ("--filter", "shop:mine", "--images-root", SAMPLE, "--url", service.url, "--json")
    (tmp_path / "other.csv").write_text(some_rows(1, first=9), encoding="utf-8")
    other = ("--filter", "shop:other", *mine[2:])
    assert lookalike("sync", tmp_path / "other.csv", *other).json["done"] == 1
    assert lookalike("sync", feed, *mine).json["done"] == ROWS
    feed.write_text(some_rows(2), encoding="utf-8")
    preview = lookalike("sync", feed, *mine, "--dry-run", "--max-deletions", "50%")
    assert (preview.code, preview.json["unchanged"], preview.json["deleted"]) == (0, 2, 2)
    done = lookalike("sync", feed, *mine, "--max-deletions", "50%")
    assert (done.code, done.json["deleted"], done.errors) == (0, 2, "")
    left = service.request("GET", "/products").json()["products"]
    assert [product["attributes"]["shop"] for product in left] == ["mine", "mine", "other"]


def test_should_end_equal_to_the_feed_after_kills_at_any_moment(tmp_path: Path) -> None:
    """Nothing that is in the feed is lost meanwhile."""
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-m", killed_syncs.__name__, str(tmp_path)],
        cwd=ROOT, env=environment(), capture_output=True, text=True, check=True, timeout=PATIENCE,
    )  # fmt: skip
    results = list(map(json.loads, done.stdout.splitlines()))
    assert [result[1:] for result in results] == [[True, True]] * killed_syncs.KILLS
    assert len({count for count, *_ in results}) > 2  # killed while it worked, not before
