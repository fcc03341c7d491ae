"""A new field of a stored class: a line in the class and in each storage, and a migration."""

from __future__ import annotations

from pathlib import Path

from lookalike.storage.sqlite.migrations import MIGRATIONS
from tests.integration.recipes.scratch import ROOT, copy_source
from tests.unit.storage.sqlite.old_folder import write_old_folder

COLOUR_COLUMN = "ALTER TABLE products ADD COLUMN colour TEXT NOT NULL DEFAULT '';"
USE = """
import sys
from dataclasses import replace
from pathlib import Path
from moto import mock_aws
from lookalike.storage.memory.storage import MemoryStorage
from lookalike.storage.sqlite.storage import EmbeddedStorage
from tests.builders import VERSION, a_product
from tests.contract.storage.moto_dynamodb import NAMES, StreamedVectors
from tests.contract.storage.moto_dynamodb import a_client, a_storage, create_tables

red = replace(a_product(1), colour="red")
old_folder = Path(sys.argv[1])
with mock_aws():
    client = a_client()
    create_tables(client)
    deployed = a_storage(client, StreamedVectors(client))
    for storage in (MemoryStorage(VERSION), EmbeddedStorage(old_folder, VERSION), deployed):
        storage.products.put_many([red])
        assert storage.products.get_many([red.entity_id]) == {red.entity_id: red}, storage
    key = {"entity_id": {"S": red.entity_id}}
    client.update_item(TableName=NAMES.products, Key=key, UpdateExpression="REMOVE colour")
    assert deployed.products.get_many([red.entity_id])[red.entity_id].colour == ""
assert EmbeddedStorage(old_folder, VERSION).products.get_many(["e1"])["e1"].colour == ""
"""


def test_should_store_a_new_field_of_products_everywhere(tmp_path: Path) -> None:
    """Products of earlier releases have its default, in a data folder and in a table."""
    write_old_folder(tmp_path / "data")
    copy = copy_source(tmp_path)
    last_field = "    further_images: tuple[ProductImage, ...] = ()"
    copy.insert_after("lookalike/products.py", last_field, '    colour: str = ""')
    copy.insert_after(
        "lookalike/storage/sqlite/columns.py",
        '    Column("source_revision"),',
        '    Column("colour"),',
    )
    copy.insert_after(
        "lookalike/storage/sqlite/migrations.py",
        _last_migration(),
        f'    Migration({MIGRATIONS[-1].version + 1}, "{COLOUR_COLUMN}"),',
    )
    schema = "lookalike/storage/dynamodb/schema.py"
    copy.insert_after(schema, "    Codecs,", "    added,")
    copy.insert_after(schema, '    "source_revision": TEXT,', '    "colour": added(TEXT, ""),')

    copy.run(USE, str(tmp_path / "data"))


def _last_migration() -> str:
    """The line of the list that has the last one."""
    lines = (ROOT / "lookalike/storage/sqlite/migrations.py").read_text(encoding="utf-8")
    return [line for line in lines.splitlines() if line.startswith("    Migration(")][-1]
