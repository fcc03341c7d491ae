"""On AWS, the first rows of a file are compared with the table before it is loaded."""

from __future__ import annotations

import gzip
import math
import sys
from io import BytesIO

import pytest

from lookalike.api.imports.previewer import PreviewAbsentError
from lookalike.aws.imports.previews import DeployedPreviews, build_previews
from lookalike.catalogue.feed_scope import FeedScope
from lookalike.catalogue.max_deletions import MaxDeletions
from lookalike.catalogue.rows import CatalogueReader
from lookalike.catalogue.sync_options import SyncOptions
from lookalike.catalogue.wanted_columns import ColumnsError
from lookalike.imports.catalogue_import import CatalogueImport
from lookalike.imports.row_comparison import RowComparison
from tests.unit.imports.instant_pool import Files, InstantPool
from tests.unit.lambdas.imports.conftest import Deployment

HOST = "https://shop.example"
FEED = (
    f"id,image,colour\n1,{HOST}/1.jpg,red\n2,{HOST}/2.jpg,blue\n3,{HOST}/3.jpg,red\n,{HOST}/4.jpg,"
    "red\n5,photos/5.jpg,red\n"
).encode()


@pytest.fixture
def previews(deployment: Deployment) -> DeployedPreviews:
    """Of a table with the products 1 and 2, both red."""
    storage = deployment.storage
    rows = f"id,image,colour\n1,{HOST}/1.jpg,red\n2,{HOST}/2.jpg,red\n".encode()
    loader = CatalogueImport(storage, Files(), InstantPool(), lambda: 0.0)
    assert loader.run(CatalogueReader(BytesIO(rows)), lambda _: None)
    return build_previews(storage)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_should_say_what_an_import_would_do(previews: DeployedPreviews, pack: type[bytes]) -> None:
    preview = previews.preview(pack(FEED))
    counts = (preview.rows, preview.added, preview.changed, preview.unchanged, preview.failed)
    assert counts == (5, 1, 1, 1, 2)
    assert preview.samples == {"added": ["3"], "changed": ["2"], "deleted": []}
    assert [failure.row for failure in preview.failures] == [5, 6]
    assert "Only web addresses" in preview.failures[1].detail
    assert preview.columns.available == ["id", "image", "colour"]
    assert (preview.products, preview.deleted, preview.has_more) == (3, 0, False)


def test_should_look_at_the_first_rows_alone(deployment: Deployment) -> None:
    comparison = RowComparison(deployment.storage, Files(), lambda: 0.0, math.inf)
    preview = DeployedPreviews(comparison, most_rows=2).preview(FEED)
    assert (preview.rows, preview.added, preview.has_more) == (2, 2, True)


def test_should_leave_open_what_a_sync_would_delete(previews: DeployedPreviews) -> None:
    red = FeedScope(frozenset({("colour", "red")}))
    preview = previews.preview(FEED, SyncOptions(MaxDeletions(1), red))
    assert (preview.products, preview.missing, preview.deleted) == (None, None, None)
    assert (preview.added, preview.failed, preview.refusal) == (1, 3, None)


def test_should_take_what_the_columns_are(previews: DeployedPreviews) -> None:
    with pytest.raises(ColumnsError) as refused:
        previews.preview(b"Nr,Foto\n1,https://shop.example/1.jpg\n")
    assert refused.value.columns == ["Nr", "Foto"]
    wanted = {"entity_id": "Nr", "image_url": "Foto"}
    preview = previews.preview(b"Nr,Foto\n9,https://shop.example/1.jpg\n", None, wanted)
    assert preview.samples["added"] == ["9"]


def test_should_say_that_parquet_is_not_looked_at(
    previews: DeployedPreviews, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The function has no room for pyarrow."""
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(PreviewAbsentError):
        previews.preview(b"PAR1 and so on PAR1")
