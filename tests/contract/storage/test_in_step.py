"""Storages that write vectors and pictures in one transaction, which others see as a whole."""

from __future__ import annotations

import numpy as np
import pytest

from lookalike.storage.interfaces import Neighbour, Storage
from tests.builders import a_fingerprint_id, a_picture, a_product, some_hashes
from tests.contract.storage.conftest import IN_STEP, Reopen
from tests.contract.storage.many_threads import read_while_writing

pytestmark = pytest.mark.parametrize("kind", IN_STEP, indirect=True)


class SomethingElseError(Exception):
    pass


def test_should_put_a_picture_again_whose_vector_was_removed(
    storage: Storage, reopen: Reopen
) -> None:
    storage.pictures.put_many([a_picture(1)])
    storage.vectors.remove([a_fingerprint_id(1)])
    assert storage.vectors.count() == 0

    storage.pictures.put_many([a_picture(1)])

    assert reopen(storage).vectors.count() == 1


def test_should_undo_removed_vectors_and_sweeps_with_a_transaction(
    storage: Storage, reopen: Reopen
) -> None:
    storage.pictures.put_many([a_picture(1), a_picture(2)])

    def change_everything() -> None:
        with storage.transaction():
            storage.pictures.put_many([a_picture(2, last_seen=2_000_000)])
            storage.vectors.remove([a_fingerprint_id(1)])
            assert storage.pictures.sweep(1_500_000) == 1
            raise SomethingElseError

    with pytest.raises(SomethingElseError):
        change_everything()

    storage = reopen(storage)
    assert storage.pictures.count() == storage.vectors.count() == 2
    query = np.frombuffer(some_hashes(1)["phash"], np.uint8)[np.newaxis]
    answer = storage.vectors.nearest({"phash": query}, 1)
    assert answer == {"phash": [Neighbour(a_fingerprint_id(1), 0)]}


def test_should_show_other_threads_only_whole_transactions(
    storage: Storage, reopen: Reopen
) -> None:
    def count_pairs() -> None:
        assert storage.products.count() % 2 == 0

    read_while_writing(storage, count_pairs)

    assert reopen(storage).products.count() == 60


def test_should_sweep_within_a_transaction_what_it_has_deleted(
    storage: Storage, reopen: Reopen
) -> None:
    storage.pictures.put_many([a_picture(1, last_seen=1)])
    storage.products.put_many([a_product(1)])

    with storage.transaction():
        storage.products.delete(a_product(1).entity_id)
        assert storage.pictures.sweep(100) == 1

    storage = reopen(storage)
    assert storage.pictures.count() == storage.vectors.count() == 0
