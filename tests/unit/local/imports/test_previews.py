"""A preview compares a file with the catalogue, and changes nothing."""

from __future__ import annotations

import time
from io import BytesIO

import pytest

from lookalike.catalogue.feed_scope import FeedScope
from lookalike.catalogue.max_deletions import MaxDeletions
from lookalike.catalogue.row_changes import MAX_FAILURES
from lookalike.catalogue.rows import CatalogueReader
from lookalike.catalogue.sync_options import SyncOptions
from lookalike.catalogue.wanted_columns import ColumnsError
from lookalike.errors import CatalogueError
from lookalike.imports.catalogue_import import CatalogueImport
from lookalike.local.imports.previews import CataloguePreviews
from lookalike.storage.memory.storage import MemoryStorage
from tests.unit.imports.instant_pool import Files, InstantPool

ANY = SyncOptions(MaxDeletions(100, is_share=True))
FEED = b"id,image,colour\n1,1.jpg,red\n2,2.jpg,red\n4,4.jpg,red\n,5.jpg,red\n"


@pytest.fixture
def previews(storage: MemoryStorage) -> CataloguePreviews:
    """Of a catalogue with the products 1, 2 and 3, all of them red but 2."""
    loader = CatalogueImport(storage, Files(), InstantPool(), time.time)
    rows = BytesIO(b"id,image,colour\n1,1.jpg,red\n2,2.jpg,blue\n3,3.jpg,red\n")
    assert loader.run(CatalogueReader(rows), lambda _: None)
    return CataloguePreviews(storage, loader, time.time)


def test_should_count_what_an_import_would_do(
    previews: CataloguePreviews, storage: MemoryStorage
) -> None:
    preview = previews.preview(FEED)
    assert (preview.rows, preview.added, preview.changed) == (4, 1, 1)
    assert (preview.unchanged, preview.failed, preview.deleted) == (1, 1, 0)
    assert (preview.products, preview.missing) == (3, 0)
    assert preview.samples == {"added": ["4"], "changed": ["2"], "deleted": []}
    assert [failure.row for failure in preview.failures] == [5]
    assert preview.kind.startswith("CSV")
    assert preview.columns.fields == {"entity_id": "id", "image_url": "image"}
    assert preview.columns.attributes == ["colour"]
    assert len(storage.products.page(limit=9).products) == 3


def test_should_say_what_a_sync_would_delete(previews: CataloguePreviews) -> None:
    preview = previews.preview(FEED, ANY)
    assert (preview.products, preview.missing, preview.deleted) == (3, 1, 1)
    assert (preview.samples["deleted"], preview.refusal) == (["3"], None)


def test_should_say_that_a_sync_would_be_refused(previews: CataloguePreviews) -> None:
    preview = previews.preview(FEED, SyncOptions())
    assert preview.deleted == 1
    assert preview.refusal is not None
    assert "1 of 3 products" in preview.refusal
    assert "allow more deletions (max_deletions)" in preview.refusal


def test_should_keep_to_the_scope_of_a_sync(previews: CataloguePreviews) -> None:
    blue = FeedScope(frozenset({("colour", "blue")}))
    preview = previews.preview(b"id,image\n1,1.jpg\n", SyncOptions(ANY.max_deletions, blue))
    assert (preview.products, preview.samples["deleted"]) == (1, ["2"])
    assert preview.samples["changed"] == ["1"]


def test_should_delete_nothing_while_a_row_cannot_be_read(previews: CataloguePreviews) -> None:
    preview = previews.preview(b'{"id": "1", "image": "1.jpg"}\nno JSON\n', ANY)
    assert (preview.missing, preview.deleted, preview.failed) == (2, 0, 1)


def test_should_list_the_first_refused_rows(previews: CataloguePreviews) -> None:
    preview = previews.preview(b"id,image\n" + MAX_FAILURES * b",1.jpg\n" + b",2.jpg\n")
    assert (preview.failed, len(preview.failures)) == (MAX_FAILURES + 1, MAX_FAILURES)


@pytest.mark.parametrize("sync", [None, ANY])
def test_should_read_the_columns_that_are_named(
    previews: CataloguePreviews, sync: SyncOptions | None
) -> None:
    feed = b"Nr,image,Foto\n1,1.jpg,7.jpg\n2,2.jpg,2.jpg\n"
    with pytest.raises(ColumnsError) as refused:
        previews.preview(feed, sync)
    assert refused.value.columns == ["Nr", "image", "Foto"]
    preview = previews.preview(feed, sync, {"entity_id": "Nr", "image_url": "Foto"})
    assert preview.columns.fields == {"entity_id": "Nr", "image_url": "Foto"}
    assert preview.columns.available == ["Nr", "image", "Foto"]
    assert preview.samples["changed"] == ["1", "2"]
    assert preview.columns.examples == {"Nr": "1", "image": "1.jpg", "Foto": "7.jpg"}


@pytest.mark.parametrize("sync", [None, ANY])
def test_should_refuse_what_is_no_catalogue(
    previews: CataloguePreviews, sync: SyncOptions | None
) -> None:
    with pytest.raises(CatalogueError):
        previews.preview(b"%PDF", sync)
