"""Processes that share a data folder, and processes that die while they write."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from lookalike.storage.sqlite.storage import EmbeddedStorage
from tests.builders import VERSION, a_fingerprint_id, a_picture, a_product, some_hashes

BATCH = 20
KILLS = 12

# Each batch is acknowledged on standard output after its transaction.
WRITER = """
import sys
from pathlib import Path
from lookalike.storage.sqlite.storage import EmbeddedStorage
from tests.builders import VERSION, a_picture, a_product

folder, first, batches, size = Path(sys.argv[1]), *map(int, sys.argv[2:])
storage = EmbeddedStorage(folder, VERSION)
print("open", flush=True)
for batch in range(first, first + batches):
    numbers = range(batch * size, (batch + 1) * size)
    with storage.transaction():
        storage.pictures.put_many([a_picture(n, signature=bytes(2_000)) for n in numbers])
        storage.products.put_many([a_product(n) for n in numbers])
        if batch % 3 == 2:
            storage.products.delete(a_product(batch * size).entity_id)
            storage.pictures.sweep(2_000_000)
    print(batch, flush=True)
storage.close()
"""


@contextmanager
def writer(folder: Path, first: int, batches: int) -> Iterator[subprocess.Popen[str]]:
    """A process that writes batches of pictures and products."""
    arguments = [str(folder), str(first), str(batches), str(BATCH)]
    with subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", WRITER, *arguments], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def expected_ids(batch: int) -> set[str]:
    """The entity ids of a batch when its transaction is whole."""
    numbers = range(batch * BATCH, (batch + 1) * BATCH)
    return {a_product(n).entity_id for n in numbers[1 if batch % 3 == 2 else 0 :]}


def whole_batches(storage: EmbeddedStorage, first: int) -> int:
    """How many batches from ``first`` on are there; none of them by halves."""
    batch = first
    while True:
        ids = [a_product(n).entity_id for n in range(batch * BATCH, (batch + 1) * BATCH)]
        found = set(storage.products.get_many(ids))
        if not found:
            return batch - first
        assert found == expected_ids(batch)
        batch += 1


def assert_consistent(storage: EmbeddedStorage) -> None:
    """One picture and one vector for each product, and a sound file."""
    assert storage.pictures.count() == storage.products.count() == storage.vectors.count()
    with storage._database.reading() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        vectors = set(connection.execute("SELECT fingerprint_id FROM vectors"))
        assert vectors == set(connection.execute("SELECT fingerprint_id FROM pictures"))
        assert vectors == set(connection.execute("SELECT fingerprint_id FROM products"))


@pytest.mark.slow
def test_should_keep_whole_transactions_through_kills_at_any_moment(tmp_path: Path) -> None:
    """What was acknowledged is there; at most the batch under way is there besides."""
    source = random.Random(3)  # noqa: S311 - repeatable
    first = 0
    for _ in range(KILLS):
        with writer(tmp_path, first, batches=10_000) as process:
            assert process.stdout is not None
            if source.random() < 0.8:  # else it may die while it starts or creates the tables
                process.stdout.readline()
            time.sleep(source.uniform(0, 0.25))
            process.send_signal(signal.SIGKILL)
            acknowledged = [line for line in process.stdout.read().splitlines() if line != "open"]
        storage = EmbeddedStorage(tmp_path, VERSION)
        written = whole_batches(storage, first)
        assert written - len(acknowledged) in (0, 1)
        assert_consistent(storage)
        storage.close()
        first += written
    assert first > KILLS  # they were killed while writing, not before


def test_should_show_a_reader_what_another_process_writes(tmp_path: Path) -> None:
    """Without opening the folder again, and at the very next query."""
    reader = EmbeddedStorage(tmp_path, VERSION)
    assert reader.vectors.count() == 0
    with writer(tmp_path, 0, batches=6) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip() != "open":
                number = (int(line) + 1) * BATCH - 1
                query = np.frombuffer(some_hashes(number)["phash"], np.uint8)[np.newaxis]
                (nearest,) = reader.vectors.nearest({"phash": query}, 1)["phash"]
                assert (nearest.fingerprint_id, nearest.distance) == (a_fingerprint_id(number), 0)
                assert list(reader.products.showing(nearest.fingerprint_id)) == [a_product(number)]
    assert reader.vectors.count() == reader.pictures.count() == 6 * BATCH - 2
    reader.close()


def test_should_let_two_processes_write(tmp_path: Path) -> None:
    """They even create the folder at the same time."""
    folder = tmp_path / "data"
    with writer(folder, 0, 15) as one, writer(folder, 1_000, 15) as other:
        assert [process.wait(60) for process in (one, other)] == [0, 0]

    storage = EmbeddedStorage(folder, VERSION)
    assert whole_batches(storage, 0) == whole_batches(storage, 1_000) == 15
    assert_consistent(storage)
    assert a_picture(5).fingerprint_id in storage.pictures.get_many([a_fingerprint_id(5)])
    storage.close()
