"""``Catalogue.sync``."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lookalike import Catalogue
from lookalike.catalogue.max_deletions import TooManyDeletionsError
from lookalike.errors import CatalogueError
from lookalike.python_api.syncing import SyncReport

PHOTOS = sorted((Path(__file__).parents[3] / "sample" / "photos").glob("*.jpg"))[:3]


def test_should_follow_a_folder_of_pictures(tmp_path: Path) -> None:
    for photo in PHOTOS[:2]:
        shutil.copy(photo, tmp_path)
    with Catalogue() as catalogue:
        assert catalogue.sync(tmp_path) == SyncReport(2, 0, 0, [])
        assert catalogue.check(PHOTOS[0]).is_duplicate
        (tmp_path / PHOTOS[0].name).unlink()
        shutil.copy(PHOTOS[2], tmp_path)
        with pytest.raises(TooManyDeletionsError, match="delete 1 of 2 products"):
            catalogue.sync(tmp_path)
        assert catalogue.sync(tmp_path, max_deletions="1", dry_run=True) == SyncReport(1, 1, 1, [])
        assert len(catalogue) == 2
        assert catalogue.sync(tmp_path, max_deletions="50%") == SyncReport(1, 1, 1, [])
        assert {product.entity_id for product in catalogue} == {p.stem for p in PHOTOS[1:]}


def test_should_say_which_rows_are_refused_and_keep_their_products(tmp_path: Path) -> None:
    feed = tmp_path / "feed.csv"
    feed.write_text(f"Nr,image\n1,{PHOTOS[0].name}\n2,missing.jpg\n", encoding="utf-8")
    with Catalogue() as catalogue:
        catalogue.add("2", PHOTOS[1], attributes={"seller": "a"})
        catalogue.add("3", PHOTOS[1], attributes={"seller": "b"})
        report = catalogue.sync(
            feed,
            images_root=PHOTOS[0].parent,
            columns={"entity_id": "Nr"},
            attributes={"seller": "a"},
            max_deletions="0",
        )
        assert (report.loaded, report.deleted) == (1, 0)
        assert [(row.entity_id, row.code) for row in report.refused] == [("2", "image_not_found")]
        assert {product.entity_id for product in catalogue} == {"1", "2", "3"}


def test_should_refuse_a_feed_that_is_not_there(tmp_path: Path) -> None:
    with Catalogue() as catalogue, pytest.raises(CatalogueError, match="cannot be read"):
        catalogue.sync(tmp_path / "none.csv")
