"""Data folders of older releases are migrated, whole or not at all, and keep every row."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lookalike.errors import StorageInvalidError
from lookalike.products import Product
from lookalike.storage.import_runs import FailedRow
from lookalike.storage.interfaces import Drift, Neighbour
from lookalike.storage.sqlite.database import FILE_NAME, SqliteDatabase
from lookalike.storage.sqlite.migrations import MIGRATIONS, Migration
from lookalike.storage.sqlite.schema import SchemaState, migrate, schema_state
from lookalike.storage.sqlite.storage import EmbeddedStorage
from tests.builders import VERSION, a_fingerprint_id, a_picture, some_hashes
from tests.contract.storage.brute_force import rows
from tests.unit.storage.sqlite.old_folder import PICTURES, write_old_folder

NEXT = MIGRATIONS[-1].version + 1
WITH_COLOUR = (
    *MIGRATIONS,
    Migration(NEXT, "ALTER TABLE products ADD COLUMN colour TEXT NOT NULL DEFAULT 'none';"),
)
WITH_REBUILT_PICTURES = (
    *MIGRATIONS,
    Migration(
        NEXT,
        """
        CREATE TABLE rebuilt (
            id INTEGER PRIMARY KEY,
            fingerprint_id TEXT NOT NULL UNIQUE,
            last_seen INTEGER NOT NULL CHECK (last_seen > 0)
        ) STRICT;
        INSERT INTO rebuilt SELECT id, fingerprint_id, last_seen FROM pictures;
        DROP TABLE pictures;
        ALTER TABLE rebuilt RENAME TO pictures;
        """,
    ),
)
WITH_A_LOST_PICTURE = (*MIGRATIONS, Migration(NEXT, "DELETE FROM pictures WHERE id = 1;"))
KILLED = """
import os, signal, sqlite3, sys
from pathlib import Path
from lookalike.storage.sqlite.migrations import MIGRATIONS, Migration
from lookalike.storage.sqlite.schema import migrate

folder = Path(sys.argv[1])
connection = sqlite3.connect(folder / "lookalike.db", isolation_level=None)
connection.create_function("kill", 0, lambda: os.kill(os.getpid(), signal.SIGKILL))
script = "ALTER TABLE products ADD COLUMN colour TEXT;\\nDELETE FROM products;\\nSELECT kill();"
migrate(connection, folder, (*MIGRATIONS, Migration(MIGRATIONS[-1].version + 1, script)))
"""


@pytest.fixture
def old_folder(tmp_path: Path) -> Path:
    """A folder that the first release wrote."""
    write_old_folder(tmp_path)
    return tmp_path


@pytest.fixture
def own_connection(old_folder: Path) -> Iterator[sqlite3.Connection]:
    """A connection to that folder, set up as the storage sets up its own."""
    database = SqliteDatabase(old_folder, read_only=False, busy_timeout=1.0, durable=False)
    with closing(database), closing(database.connect()) as connection:
        yield connection


def _connect(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(folder / FILE_NAME, isolation_level=None)


def _content(connection: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    return connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - our own names


def _enforces_foreign_keys(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("PRAGMA foreign_keys").fetchone()[0])


def _first_hashes(number: int) -> dict[str, bytes]:
    """The hashes that the first release stored of a picture."""
    hashes = some_hashes(number)
    return {name: hashes[name] for name in ("phash", "deep")}


def _columns(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Name, type and constraints of all columns, by table."""
    with closing(_connect(folder)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {
            name: connection.execute(
                'SELECT name, type, "notnull", pk FROM pragma_table_info(?)', [name]
            ).fetchall()
            for (name,) in tables.fetchall()
        }


def test_should_keep_every_row_of_an_older_folder(old_folder: Path) -> None:
    with closing(EmbeddedStorage(old_folder, VERSION)) as storage:
        keys = list(map(a_fingerprint_id, range(1, PICTURES + 1)))
        pictures = storage.pictures.get_many(keys)
        assert {key: dict(p.fingerprint.hashes) for key, p in pictures.items()} == {
            a_fingerprint_id(number): {
                name: some_hashes(number)[name] for name in ("phash", "deep")
            }
            for number in range(1, PICTURES + 1)
        }
        assert storage.products.get_many(["e2"])["e2"] == Product(
            "e2", "sku", None, keys[1], {"category": "shirts"}, source_revision="r1"
        )
        assert (storage.products.count(), storage.vectors.count()) == (PICTURES, PICTURES)
        assert storage.imports.get("run-1").done == PICTURES
        failed = FailedRow(4, None, "a.jpg", "row_refused", "No entity_id.")
        assert storage.imports.failures("run-1") == [failed]
        assert storage.drift() == Drift(behind=0, ahead=0)


def test_should_add_the_column_of_a_hash_that_is_new(old_folder: Path) -> None:
    with closing(EmbeddedStorage(old_folder, VERSION)) as storage:
        storage.pictures.put_many([a_picture(9, trimmed=True)])
        asked = rows(some_hashes(9, trimmed=True)["deep_centre"])
        found = storage.vectors.nearest({"deep": asked}, 1)
    assert found == {"deep": [Neighbour(a_fingerprint_id(9), 0)]}


def test_should_bring_an_older_folder_to_the_tables_of_a_new_one(
    old_folder: Path, tmp_path: Path
) -> None:
    EmbeddedStorage(old_folder, VERSION).close()
    EmbeddedStorage(tmp_path / "new", VERSION).close()
    assert _columns(old_folder) == _columns(tmp_path / "new")


def test_should_run_only_the_migrations_that_a_file_lacks(old_folder: Path) -> None:
    EmbeddedStorage(old_folder, VERSION).close()
    with closing(_connect(old_folder)) as connection:
        assert schema_state(connection, old_folder, WITH_COLOUR) is SchemaState.OUTDATED
        migrate(connection, old_folder, WITH_COLOUR)
        migrate(connection, old_folder, WITH_COLOUR)
        assert schema_state(connection, old_folder, WITH_COLOUR) is SchemaState.CURRENT
        colours = connection.execute("SELECT colour FROM products").fetchall()
    assert colours == [("none",)] * PICTURES


def test_should_leave_the_file_as_it_was_where_a_migration_is_killed(old_folder: Path) -> None:
    EmbeddedStorage(old_folder, VERSION).close()
    before = _columns(old_folder)

    killed = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", KILLED, str(old_folder)], check=False
    )

    assert killed.returncode == -signal.SIGKILL
    assert _columns(old_folder) == before
    with closing(EmbeddedStorage(old_folder, VERSION)) as storage:
        assert storage.products.count() == PICTURES


def test_should_undo_a_migration_that_fails(old_folder: Path) -> None:
    EmbeddedStorage(old_folder, VERSION).close()
    before = _columns(old_folder)
    broken = Migration(NEXT + 1, "CREATE TABLE more (id INTEGER);\nDROP TABLE nothing;")
    with closing(_connect(old_folder)) as connection:
        with pytest.raises(sqlite3.OperationalError, match="nothing"):
            migrate(connection, old_folder, (*WITH_COLOUR, broken))
        assert not connection.in_transaction
    assert _columns(old_folder) == before


def test_should_keep_all_fingerprints_where_a_migration_rebuilds_the_pictures(
    old_folder: Path, own_connection: sqlite3.Connection
) -> None:
    before = [_content(own_connection, table) for table in ("pictures", "fingerprints")]

    migrate(own_connection, old_folder, WITH_REBUILT_PICTURES)

    assert [_content(own_connection, table) for table in ("pictures", "fingerprints")] == before
    assert schema_state(own_connection, old_folder, WITH_REBUILT_PICTURES) is SchemaState.CURRENT
    assert _enforces_foreign_keys(own_connection)


def test_should_undo_a_migration_that_leaves_a_fingerprint_without_its_picture(
    old_folder: Path, own_connection: sqlite3.Connection
) -> None:
    before = _content(own_connection, "pictures")

    with pytest.raises(StorageInvalidError, match=r"fingerprints would refer to .* of pictures"):
        migrate(own_connection, old_folder, WITH_A_LOST_PICTURE)

    assert _content(own_connection, "pictures") == before
    assert schema_state(own_connection, old_folder) is SchemaState.CURRENT
    assert _enforces_foreign_keys(own_connection)


def test_should_enforce_foreign_keys_again_after_a_migration_that_fails(
    old_folder: Path, own_connection: sqlite3.Connection
) -> None:
    with pytest.raises(sqlite3.OperationalError, match="nothing"):
        migrate(own_connection, old_folder, (*MIGRATIONS, Migration(NEXT, "DROP TABLE nothing;")))
    assert _enforces_foreign_keys(own_connection)


@pytest.mark.parametrize("before", ["", "CREATE TABLE more (id INTEGER);\n"])
def test_should_run_a_last_statement_without_a_semicolon(old_folder: Path, before: str) -> None:
    unterminated = Migration(NEXT, before + "ALTER TABLE products ADD COLUMN colour TEXT")
    with closing(_connect(old_folder)) as connection:
        migrate(connection, old_folder, (*MIGRATIONS, unterminated))
    assert "colour" in [column[0] for column in _columns(old_folder)["products"]]


def test_should_undo_a_migration_whose_last_statement_is_incomplete(old_folder: Path) -> None:
    EmbeddedStorage(old_folder, VERSION).close()
    before = _columns(old_folder)
    trigger = "CREATE TRIGGER t AFTER DELETE ON products BEGIN\n    DELETE FROM pictures;"
    incomplete = pytest.raises(sqlite3.OperationalError, match="incomplete input")
    with closing(_connect(old_folder)) as connection, incomplete:
        migrate(connection, old_folder, (*WITH_COLOUR, Migration(NEXT + 1, trigger)))
    assert _columns(old_folder) == before


def test_should_refuse_a_file_of_a_newer_release_in_one_sentence(old_folder: Path) -> None:
    with closing(_connect(old_folder)) as connection:
        connection.execute(f"PRAGMA user_version = {NEXT}")
    before = (old_folder / FILE_NAME).read_bytes()

    with pytest.raises(StorageInvalidError, match=r"newer release .*: update Lookalike\.$") as told:
        EmbeddedStorage(old_folder, VERSION)

    assert told.value.detail.count(". ") == 0
    assert (old_folder / FILE_NAME).read_bytes() == before


def test_should_say_how_to_migrate_a_folder_that_is_opened_read_only(old_folder: Path) -> None:
    with pytest.raises(StorageInvalidError, match="Lookalike: open it once for writing") as told:
        EmbeddedStorage(old_folder, VERSION, read_only=True)
    assert told.value.at_command_line == "`lookalike serve` and `lookalike import` do."
    EmbeddedStorage(old_folder, VERSION).close()
    with closing(EmbeddedStorage(old_folder, VERSION, read_only=True)) as storage:
        assert storage.products.count() == PICTURES


def test_should_number_migrations_in_order() -> None:
    versions = [migration.version for migration in MIGRATIONS]
    assert versions == list(range(versions[0], versions[0] + len(versions)))
