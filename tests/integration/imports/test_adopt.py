"""``lookalike adopt`` makes of a table what ``lookalike import`` makes of the same rows."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import boto3
import pytest
from typer.testing import CliRunner

from lookalike.cli.app import app
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.products import Product
from lookalike.storage.sqlite.storage import EmbeddedStorage
from tests.integration.processes import SAMPLE
from tests.unit.aws import aws

__all__ = ["aws"]
TABLE = "hash_store"
PHOTOS = [path.name for path in sorted((SAMPLE / "photos").glob("*.jpg"))[:3]]


def _products(data: Path) -> dict[str, Product]:
    with closing(EmbeddedStorage(data, ALGORITHM_VERSION, read_only=True)) as storage:
        return storage.products.get_many(["e0", "e1", "e2", "gone"])


@pytest.mark.usefixtures("aws")
def test_should_equal_an_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    client = boto3.client("dynamodb")
    client.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "entity_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "entity_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    rows = [(f"e{number}", f"S-{number}", name) for number, name in enumerate(PHOTOS)]
    rows.append(("gone", "S-gone", "gone.jpg"))
    for names in rows:
        shape = zip(("entity_id", "sku", "small_image"), names, strict=True)
        client.put_item(TableName=TABLE, Item={name: {"S": text} for name, text in shape})
    catalogue = tmp_path / "catalogue.csv"
    lines = ["entity_id,sku,small_image", *map(",".join, rows)]
    catalogue.write_text("\n".join(lines), encoding="utf-8")

    root = ["--images-root", str(SAMPLE / "photos"), "--data"]
    adopted = CliRunner().invoke(app, ["adopt", TABLE, *root, "adopted"])
    imported = CliRunner().invoke(app, ["import", str(catalogue), *root, "imported"])

    assert (adopted.exit_code, imported.exit_code) == (3, 3), adopted.output
    assert _products(tmp_path / "adopted") == _products(tmp_path / "imported")
    assert len(_products(tmp_path / "adopted")) == 3
    assert "gone" in (tmp_path / "adopt-failures.csv").read_text(encoding="utf-8")
