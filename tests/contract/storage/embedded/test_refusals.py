"""What cannot be used is refused in clear words, and left as it is."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from lookalike.errors import LookalikeError, StorageInvalidError, StorageUnavailableError
from lookalike.storage.sqlite import creation
from lookalike.storage.sqlite.database import FILE_NAME
from lookalike.storage.sqlite.storage import EmbeddedStorage
from tests.builders import VERSION, a_picture, a_product


def run_python(code: str, *arguments: object) -> str:
    """Run code in another process; its output."""
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_should_say_that_the_disk_is_full_and_keep_what_there_was(
    storage: EmbeddedStorage,
) -> None:
    storage.pictures.put_many([a_picture(0)])
    with storage._database.reading() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 10}")
    pictures = [a_picture(number, signature=bytes(16_000)) for number in range(1, 10)]

    with pytest.raises(StorageUnavailableError, match="full"):
        storage.pictures.put_many(pictures)
    assert storage.pictures.count() == storage.vectors.count() == 1


def test_should_write_nothing_after_sqlite_has_rolled_back_by_itself(
    storage: EmbeddedStorage,
) -> None:
    """As it does on some errors of the disk: what follows must not be committed alone."""

    def go_on_regardless() -> None:
        with storage.transaction():
            with storage._database.reading() as connection:
                connection.execute("ROLLBACK")
            storage.products.put_many([a_product(1)])

    with pytest.raises(StorageUnavailableError, match="failed already"):
        go_on_regardless()

    assert storage.products.count() == 0


@pytest.mark.parametrize(("version", "age"), [(99, "newer"), (1, "older")])
def test_should_refuse_data_of_an_unknown_release(folder: Path, version: int, age: str) -> None:
    EmbeddedStorage(folder, VERSION).close()
    connection = sqlite3.connect(folder / FILE_NAME)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()

    with pytest.raises(StorageInvalidError, match=f"{folder} was written by an? {age} release"):
        EmbeddedStorage(folder, VERSION)


def test_should_refuse_a_database_of_something_else_and_leave_it_alone(folder: Path) -> None:
    folder.mkdir(parents=True)
    connection = sqlite3.connect(folder / FILE_NAME)
    connection.execute("CREATE TABLE songs (title TEXT)")
    connection.close()
    before = (folder / FILE_NAME).read_bytes()

    with pytest.raises(StorageInvalidError, match="not one of Lookalike"):
        EmbeddedStorage(folder, VERSION)

    assert (folder / FILE_NAME).read_bytes() == before


def test_should_refuse_a_file_that_is_no_database(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / FILE_NAME).write_bytes(b"entity_id,sku,image_url\n" * 500)

    with pytest.raises(StorageInvalidError, match="not a database"):
        EmbeddedStorage(folder, VERSION)


def test_should_refuse_a_damaged_file_by_name(folder: Path) -> None:
    storage = EmbeddedStorage(folder, VERSION)
    storage.products.put_many([a_product(number) for number in range(500)])
    storage.close()
    content = (folder / FILE_NAME).read_bytes()
    (folder / FILE_NAME).write_bytes(content[:8192] + b"\xa5" * (len(content) - 8192))

    with pytest.raises(StorageInvalidError, match="damaged"):
        EmbeddedStorage(folder, VERSION).products.get_many(["entity-000001"])


def test_should_refuse_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").touch()

    with pytest.raises(StorageInvalidError, match="cannot be opened"):
        EmbeddedStorage(tmp_path / "data", VERSION)


def test_should_name_the_folder_as_the_user_gave_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data").touch()

    with pytest.raises(StorageInvalidError) as caught:
        EmbeddedStorage(Path("data"), VERSION)

    assert "folder data " in caught.value.detail
    assert str(tmp_path) not in caught.value.detail


@pytest.mark.parametrize("read_only", [True, False])
def test_should_refuse_to_be_used_after_closing(folder: Path, *, read_only: bool) -> None:
    EmbeddedStorage(folder, VERSION).close()
    storage = EmbeddedStorage(folder, VERSION, read_only=read_only)
    storage.close()

    for use in (storage.products.count, storage.vectors.count, lambda: storage.pictures.sweep(1)):
        with pytest.raises(StorageUnavailableError, match="closed"):
            use()


def test_should_only_read_when_opened_read_only(storage: EmbeddedStorage, folder: Path) -> None:
    reader = EmbeddedStorage(folder, VERSION, read_only=True)
    with pytest.raises(StorageInvalidError, match="only read"):
        reader.pictures.put_many([a_picture(1)])

    storage.pictures.put_many([a_picture(1)])

    assert reader.pictures.count() == reader.vectors.count() == 1
    reader.close()


def test_should_not_create_a_folder_to_read_from(folder: Path) -> None:
    with pytest.raises(StorageInvalidError, match="cannot be opened"):
        EmbeddedStorage(folder, VERSION, read_only=True)
    assert not folder.exists()


READ_AS_NOBODY = """
import os, sys
from pathlib import Path
from lookalike.errors import StorageInvalidError
from lookalike.storage.sqlite.storage import EmbeddedStorage
os.chdir(sys.argv[1])
if os.geteuid() == 0:
    os.setuid(65534)
storage = EmbeddedStorage(Path("."), sys.argv[2], read_only=True)
print(storage.pictures.count(), storage.vectors.count())
storage.close()
try:
    storage = EmbeddedStorage(Path("."), sys.argv[2])
    storage.pictures.sweep(10**12)
except StorageInvalidError as exc:
    print(exc.detail)
"""


def test_should_read_a_folder_that_cannot_be_written() -> None:
    """As when it is mounted read-only; root, who may write anywhere, becomes nobody for it."""
    with TemporaryDirectory() as name:  # the folder of ``tmp_path`` cannot be entered by nobody
        folder = Path(name)
        storage = EmbeddedStorage(folder, VERSION)
        storage.pictures.put_many([a_picture(1)])
        storage.close()
        (folder / FILE_NAME).chmod(0o444)
        folder.chmod(0o555)
        try:
            counted, refusal = run_python(READ_AS_NOBODY, folder, VERSION).splitlines()
        finally:
            folder.chmod(0o755)

    assert counted == "1 1"
    assert "folder . cannot be" in refusal


def test_should_turn_every_error_into_one_of_ours(storage: EmbeddedStorage, folder: Path) -> None:
    """A table that has gone is nothing that we foresee."""
    with sqlite3.connect(folder / FILE_NAME) as connection:
        connection.execute("DROP TABLE products")
    connection.close()

    with pytest.raises(LookalikeError) as caught:
        storage.products.count()

    assert isinstance(caught.value.__cause__, sqlite3.Error)
    assert "products" not in caught.value.detail
    assert os.sep in caught.value.detail


@pytest.mark.parametrize("lose", ["truncate", "unlink"])
def test_should_not_take_a_lost_database_for_an_empty_catalogue(tmp_path: Path, lose: str) -> None:
    EmbeddedStorage(tmp_path, VERSION).close()
    database = tmp_path / "lookalike.db"
    if lose == "truncate":
        database.write_bytes(b"")
    else:
        database.unlink()
    for read_only in (False, True):
        with pytest.raises(StorageInvalidError):
            EmbeddedStorage(tmp_path, VERSION, read_only=read_only)
    assert not database.exists() or database.stat().st_size == 0


@pytest.mark.parametrize("trace", ["service.lock", "lookalike.db-wal"])
def test_should_know_a_lost_database_of_an_older_release(tmp_path: Path, trace: str) -> None:
    for name in (trace, "lookalike.db"):
        (tmp_path / name).touch()
    with pytest.raises(StorageInvalidError, match="from a backup"):
        EmbeddedStorage(tmp_path, VERSION)


@pytest.mark.parametrize("read_only", [False, True])
def test_should_not_take_a_file_of_zero_bytes_for_an_empty_catalogue(
    tmp_path: Path, *, read_only: bool
) -> None:
    """A crash or a full disk leaves one, and a copy of it has no traces beside it."""
    database = tmp_path / FILE_NAME
    database.touch()
    with pytest.raises(StorageInvalidError, match=r"empty \(0 bytes\).*from a backup") as caught:
        EmbeddedStorage(tmp_path, VERSION, read_only=read_only)
    assert caught.value.private == str(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def test_should_leave_no_file_of_zero_bytes_where_creating_is_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(creation, "migrate", fail)
        with pytest.raises(StorageUnavailableError, match="full"):
            EmbeddedStorage(tmp_path, VERSION)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / f".{FILE_NAME}-killed").mkdir()
    with closing(EmbeddedStorage(tmp_path, VERSION)) as storage:
        assert storage.products.count() == 0
    assert not list(tmp_path.glob(".*"))
