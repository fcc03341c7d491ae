"""Files in a folder, and several openings of it at once."""

from __future__ import annotations

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import numpy as np
import pytest

from lookalike.errors import StorageUnavailableError
from lookalike.storage.sqlite import database as sqlite
from lookalike.storage.sqlite import followed_table
from lookalike.storage.sqlite.database import FILE_NAME
from lookalike.storage.sqlite.storage import EmbeddedStorage
from tests.builders import VERSION, a_fingerprint_id, a_picture, a_product, some_hashes


def test_should_create_the_folder(folder: Path) -> None:
    EmbeddedStorage(folder, VERSION).close()

    assert sorted(path.name for path in folder.iterdir()) == [FILE_NAME, "lookalike.used"]


def test_should_create_one_database_for_all_who_begin_at_once(folder: Path) -> None:
    def begin(number: int) -> None:
        with closing(EmbeddedStorage(folder, VERSION)) as storage:
            storage.products.put_many([a_product(number)])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(begin, range(8)))
    assert sorted(path.name for path in folder.iterdir()) == [FILE_NAME, "lookalike.used"]
    with closing(EmbeddedStorage(folder, VERSION, read_only=True)) as storage:
        assert storage.products.count() == 8


def test_should_let_two_openings_see_each_other(storage: EmbeddedStorage, folder: Path) -> None:
    """Additions and removals, and a full refill where the log of removals is too short."""
    reader = EmbeddedStorage(folder, VERSION)
    storage.pictures.put_many([a_picture(number) for number in range(5)])
    assert reader.vectors.count() == 5
    storage.vectors.remove([a_fingerprint_id(1)])
    storage.pictures.put_many([a_picture(7)])
    assert reader.vectors.count() == storage.vectors.count() == 5
    query = np.frombuffer(some_hashes(7)["phash"], np.uint8)[np.newaxis]
    assert reader.vectors.nearest({"phash": query}, 1)["phash"][0].distance == 0
    reader.close()


def test_should_refill_when_it_is_behind_the_log_of_removals(
    storage: EmbeddedStorage, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = EmbeddedStorage(folder, VERSION)
    storage.pictures.put_many([a_picture(number, last_seen=number) for number in range(30)])
    assert reader.vectors.count() == 30
    monkeypatch.setattr(followed_table, "REMOVALS_KEPT", 3)

    storage.pictures.sweep(20)

    with sqlite3.connect(folder / FILE_NAME) as connection:
        assert connection.execute("SELECT count(*) FROM vector_removals").fetchone() == (3,)
    connection.close()
    assert reader.vectors.count() == storage.vectors.count() == 10
    reader.close()


def test_should_not_find_what_a_transaction_has_not_committed(
    storage: EmbeddedStorage, folder: Path
) -> None:
    reader = EmbeddedStorage(folder, VERSION)
    with storage.transaction():
        storage.pictures.put_many([a_picture(1)])
        assert reader.vectors.count() == storage.vectors.count() == 0
        assert reader.pictures.count() == 0
    assert reader.vectors.count() == storage.vectors.count() == reader.pictures.count() == 1
    reader.close()


def test_should_refuse_a_second_writer_after_a_while(
    storage: EmbeddedStorage, folder: Path
) -> None:
    other = EmbeddedStorage(folder, VERSION, busy_timeout=0.05)
    with storage.transaction(), pytest.raises(StorageUnavailableError, match="Another process"):
        other.products.put_many([a_product(1)])
    other.products.put_many([a_product(1)])
    assert storage.products.count() == 1
    other.close()


def test_should_keep_few_connections_open_after_many_readers(storage: EmbeddedStorage) -> None:
    with ExitStack() as stack:
        used = [stack.enter_context(storage._database.reading()) for _ in range(20)]
    assert sum(map(is_open, used)) == sqlite.MAX_IDLE
    storage.close()
    assert not any(map(is_open, used))


def is_open(connection: sqlite3.Connection) -> bool:
    try:
        connection.total_changes  # noqa: B018 - refused once it is closed
    except sqlite3.ProgrammingError:
        return False
    return True


@pytest.mark.parametrize("name", ["a?b#c%20d", "größe 😀", "file:x"])
def test_should_take_any_name_of_a_folder(tmp_path: Path, name: str) -> None:
    storage = EmbeddedStorage(tmp_path / name, VERSION)
    storage.products.put_many([a_product(1)])
    storage.close()

    assert (tmp_path / name / FILE_NAME).exists()


def overlap_reads(file: Path, stop: threading.Event) -> None:
    """Two readers in turn, so that at any moment one of them holds on to the log."""
    readers = [sqlite3.connect(file, isolation_level=None) for _ in range(2)]
    while not stop.is_set():
        for reader in readers:
            if reader.in_transaction:
                reader.execute("ROLLBACK")
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM import_runs").fetchone()
            time.sleep(0.005)
    for reader in readers:
        reader.close()


def test_should_not_let_the_log_grow_without_bound(
    storage: EmbeddedStorage, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even while readers overlap; SQLite alone would then never restart the log."""
    monkeypatch.setattr(sqlite, "WAL_LIMIT", 2 * 2**20)
    stop = threading.Event()
    reading = threading.Thread(target=overlap_reads, args=(folder / FILE_NAME, stop))
    reading.start()
    largest = 0
    try:
        for batch in range(12):
            numbers = range(50 * batch, 50 * batch + 50)
            storage.pictures.put_many([a_picture(n, signature=bytes(16_000)) for n in numbers])
            largest = max(largest, (folder / f"{FILE_NAME}-wal").stat().st_size)
    finally:
        stop.set()
        reading.join()
    assert 0 < largest < 6 * 2**20


@pytest.mark.parametrize(("durable", "synchronous"), [(False, 1), (True, 2)])
def test_should_wait_for_the_disk_where_that_is_asked_for(
    tmp_path: Path, *, durable: bool, synchronous: int
) -> None:
    """1 is NORMAL and 2 is FULL; https://www.sqlite.org/pragma.html#pragma_synchronous."""
    with (
        closing(EmbeddedStorage(tmp_path, VERSION, durable=durable)) as storage,
        storage._database.writing() as connection,
    ):
        assert connection.execute("PRAGMA synchronous").fetchone() == (synchronous,)
