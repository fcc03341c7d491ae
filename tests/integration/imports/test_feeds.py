"""``lookalike import`` of feeds in other formats than CSV, and from other places than files."""

from __future__ import annotations

import csv
import gzip
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.feeds import Products, csv_feed, json_feed, parquet_feed, rss_feed
from tests.integration.processes import (
    PATIENCE,
    ROOT,
    SAMPLE,
    all_contents,
    command,
    environment,
    lookalike,
    some_rows,
)


def test_standard_input_should_be_read_and_columns_follow_what_is_said(tmp_path: Path) -> None:
    """Compressed, in Windows-1252, and with names that nobody knows."""
    content = gzip.compress("Nummer;Bild;Größe\n1;NULL;groß\n".encode("cp1252"))
    arguments = ("import", "-", "--data", tmp_path / "data", "--columns")
    done = subprocess.run(  # noqa: S603 - our own program
        command(*arguments, "entity_id=nummer,image_url=Bild", "--columns", "size=Größe"),
        cwd=ROOT,
        env=environment(),
        input=content,
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 3
    assert (
        done.stdout.decode()
        == """\
CSV with semicolons, Windows-1252:
  entity_id   Nummer
  image_url   Bild
  attributes  Größe
1 row: 0 loaded, 0 unchanged, 1 refused.
"""
    )


@pytest.mark.slow
def test_every_format_should_load_the_same_products(tmp_path: Path) -> None:
    """A folder of their pictures, too, but for what names of files cannot say."""
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    rows = list(csv.DictReader(some_rows(3).splitlines()))
    for row in rows:
        name = f"{row['entity_id']}.jpg"
        shutil.copy(SAMPLE / row["image_url"], pictures / name)
        row["image_url"] = name
    feeds: dict[str, Callable[[Products], bytes]] = {
        "csv": csv_feed,
        "json": json_feed,
        "parquet": parquet_feed,
        "rss": rss_feed,
    }
    found = []
    for kind, write in feeds.items():
        (tmp_path / "feed").write_bytes(write(rows))
        data = tmp_path / kind
        arguments = ("import", tmp_path / "feed", "--data", data, "--images-root", pictures)
        assert lookalike(*arguments).code == 0
        found.append(all_contents(data))
    assert all(contents == found[0] for contents in found)
    assert lookalike("import", pictures, "--data", tmp_path / "folder").code == 0
    products, fingerprints = all_contents(tmp_path / "folder")
    assert fingerprints == found[0][1]
    assert {key: each.image_url for key, each in products.items()} == {
        key: each.image_url for key, each in found[0][0].items()
    }
