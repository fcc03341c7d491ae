"""``lookalike sync`` on a data folder, with feeds that have fingerprints instead of pictures."""

from __future__ import annotations

import gzip
import json
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lookalike import fingerprint_of
from lookalike.catalogue.max_deletions import TooManyDeletionsError
from lookalike.cli.app import app
from lookalike.errors import CatalogueError
from lookalike.fingerprint.fingerprint_json import fingerprint_to_json
from lookalike.local.data_folder import open_storage
from lookalike.pictures import Fingerprint

ROOT = Path(__file__).parents[3]


@cache
def _fingerprint() -> Fingerprint:
    return fingerprint_of(ROOT / "sample" / "edited" / "cropped-and-mirrored.jpg")


def a_line(number: int, **values: str) -> str:
    """A line of an export; all products show one picture."""
    fingerprint = _fingerprint()
    line = {
        "entity_id": str(number), "sku": "", "image_url": "", "attributes": "{}", "state": "active",
        "fingerprint_id": fingerprint.fingerprint_id, "source_revision": "",
        "fingerprint_json": fingerprint_to_json(fingerprint),
    }  # fmt: skip
    return json.dumps(line | values)


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    path = tmp_path / "feed.jsonl"
    path.write_text("\n".join(map(a_line, range(3))), encoding="utf-8")
    return path


def run(feed: Path, *options: str) -> Result:
    data = str(feed.parent / "data")
    return CliRunner().invoke(app, ["sync", str(feed), "--data", data, *options])


def stored(feed: Path) -> list[str]:
    """The ids in the data folder."""
    with closing(open_storage(feed.parent / "data", read_only=True)) as storage:
        return [product.entity_id for product in storage.products.page().products]


def test_should_check_products_before_it_stores_them(feed: Path) -> None:
    """All three show one picture, so the second and the third are refused."""
    done = run(feed, "--check", "--on-duplicate", "refuse")
    assert (done.exit_code, stored(feed)) == (3, ["0"])
    assert run(feed, "--on-duplicate", "refuse").exit_code == 2


def test_should_say_what_was_done(feed: Path) -> None:
    assert run(feed).stdout.endswith(
        "3 rows: 3 loaded, 0 unchanged, 0 refused.\n0 products deleted that left the feed.\n"
    )
    feed.write_text(a_line(0), encoding="utf-8")
    done = run(feed, "--max-deletions", "2")
    assert done.stdout.endswith(
        "1 row: 0 loaded, 1 unchanged, 0 refused.\n2 products deleted that left the feed.\n"
    )
    assert stored(feed) == ["0"]


def test_a_dry_run_should_say_what_would_be_done_and_change_nothing(feed: Path) -> None:
    run(feed)
    lines = [a_line(1), a_line(2, sku="new"), a_line(3)]
    feed.write_text("\n".join(lines), encoding="utf-8")
    said = run(feed, "--dry-run", "--max-deletions", "34%")
    assert said.exit_code == 0
    assert said.stdout.splitlines()[-6:] == [
        "3 rows: 1 would be added, 1 changed, 1 left as they are, 0 refused.",
        "1 of 3 products would be deleted.",
        "  added     3",
        "  changed   2",
        "  deleted   0",
        "Nothing has changed (--dry-run).",
    ]
    assert stored(feed) == ["0", "1", "2"]


@pytest.mark.parametrize("options", [["--dry-run"], []])
def test_should_refuse_to_delete_too_many(feed: Path, options: list[str]) -> None:
    run(feed)
    feed.write_text(a_line(0), encoding="utf-8")
    refused = run(feed, *options)
    assert isinstance(refused.exception, TooManyDeletionsError)
    assert "See whether the feed is whole" in refused.exception.detail
    assert "--max-deletions" in refused.exception.at_command_line
    assert stored(feed) == ["0", "1", "2"]


@pytest.mark.parametrize("all_of_them", [True, False])
def test_a_damaged_feed_should_change_nothing(feed: Path, *, all_of_them: bool) -> None:
    run(feed)
    packed = gzip.compress(a_line(7).encode())
    feed.write_bytes(packed[: len(packed) // 2] if all_of_them else b"entity_id,image_url\n")
    refused = run(feed, "--max-deletions", "100%")
    assert isinstance(refused.exception, CatalogueError)
    assert stored(feed) == ["0", "1", "2"]


def test_should_say_why_nothing_is_deleted(feed: Path) -> None:
    run(feed)
    feed.write_text(f"{a_line(0)}\nno JSON\n", encoding="utf-8")
    done = run(feed)
    assert done.exit_code == 3
    assert "Nothing is deleted, though 2 products left the feed: 1 row of it cannot be read" in (
        done.stderr
    )
    assert stored(feed) == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--max-deletions", "much"], "'much' is no limit of deletions"),
        (["--filter", "seller"], "must be key:value"),
        (["--filter", "seller:a", "--filter", "seller:b"], "one value"),
        (["--url", "http://127.0.0.1:9", "--allow-private-hosts"], "lookalike serve"),
    ],
)
def test_should_refuse_options_that_cannot_be_meant(
    feed: Path, options: list[str], expected: str
) -> None:
    refused = CliRunner().invoke(app, ["sync", str(feed), *options])
    assert refused.exit_code == 2
    assert expected in " ".join(refused.stderr.replace("│", " ").split())
