"""Several threads that write pairs of pictures and products while others search and read."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from lookalike.storage.interfaces import Storage
from tests.builders import a_picture, a_product, some_hashes


def read_while_writing(storage: Storage, read: Callable[[], object]) -> None:
    """Write 60 pictures and products, two in a transaction; meanwhile search, and ``read``."""
    writing = threading.Event()
    writing.set()

    def write_some(first: int) -> None:
        for number in range(first, first + 10):
            with storage.transaction():
                storage.pictures.put_many([a_picture(2 * number), a_picture(2 * number + 1)])
                storage.products.put_many([a_product(2 * number), a_product(2 * number + 1)])

    def search() -> int:
        searches = 0
        query = np.frombuffer(some_hashes(0)["phash"], np.uint8)[np.newaxis]
        while writing.is_set() or searches == 0:
            read()
            distances = [n.distance for n in storage.vectors.nearest({"phash": query}, 9)["phash"]]
            assert distances == sorted(distances)
            searches += 1
        return searches

    with ThreadPoolExecutor(6) as pool:
        searches = [pool.submit(search) for _ in range(3)]
        writes = [pool.submit(write_some, 10 * writer) for writer in range(3)]
        for future in writes:
            future.result()
        writing.clear()
        assert all(future.result() for future in searches)
