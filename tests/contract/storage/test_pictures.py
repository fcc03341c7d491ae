from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from lookalike.errors import BadParameterError
from lookalike.pictures import Picture
from lookalike.storage.dynamodb.storage import DynamodbStorage
from lookalike.storage.interfaces import Drift, Storage
from tests.builders import (
    VERSION,
    a_fingerprint_id,
    a_picture,
    a_product,
    a_vector_entry,
    some_hashes,
)
from tests.contract.storage.conftest import Reopen


@pytest.mark.parametrize(
    "picture",
    [
        a_picture(1),
        a_picture(1, trimmed=True, signature=bytes(range(256)) * 64),
        a_picture(1, version="another", quality=0),
        a_picture(1, hashes={}),
        a_picture(1, hashes={**some_hashes(1), "colour": b"\0\xff"}),
    ],
)
def test_should_give_back_every_field_of_a_picture(
    storage: Storage, reopen: Reopen, picture: Picture
) -> None:
    storage.pictures.put_many([picture])

    found = reopen(storage).pictures.get_many([picture.fingerprint_id])

    assert found == {picture.fingerprint_id: picture}


def test_should_leave_out_unknown_pictures(storage: Storage, reopen: Reopen) -> None:
    storage.pictures.put_many([a_picture(1)])

    found = reopen(storage).pictures.get_many(iter([a_fingerprint_id(2), a_fingerprint_id(1)]))

    assert list(found) == [a_fingerprint_id(1)]


def test_should_get_thousands_at_once(storage: Storage, reopen: Reopen) -> None:
    pictures = {picture.fingerprint_id: picture for picture in map(a_picture, range(1_200))}
    storage.pictures.put_many(list(pictures.values()))

    assert reopen(storage).pictures.get_many(pictures) == pictures


def test_should_put_twice_as_once(storage: Storage, reopen: Reopen) -> None:
    storage.pictures.put_many([a_picture(1), a_picture(1)])
    storage.pictures.put_many([a_picture(1)])

    storage = reopen(storage)
    assert storage.pictures.count() == 1
    assert storage.vectors.count() == 1


def test_should_refresh_when_a_picture_was_last_seen_but_never_backwards(
    storage: Storage, reopen: Reopen
) -> None:
    storage.pictures.put_many([a_picture(1, last_seen=200)])
    for last_seen, expected in ((100, 200), (300, 300), (250, 300)):
        storage.pictures.put_many([a_picture(1, last_seen=last_seen)])
        (picture,) = storage.pictures.get_many([a_fingerprint_id(1)]).values()
        assert picture == a_picture(1, last_seen=expected)
    assert reopen(storage).pictures.get_many([a_fingerprint_id(1)]) == {
        a_fingerprint_id(1): a_picture(1, last_seen=300)
    }


def test_should_take_the_latest_of_one_call(storage: Storage, reopen: Reopen) -> None:
    storage.pictures.put_many([a_picture(1, last_seen=seen) for seen in (5, 9, 7)])

    (picture,) = reopen(storage).pictures.get_many([a_fingerprint_id(1)]).values()
    assert picture.last_seen == 9


def test_should_never_change_the_fingerprint_of_a_picture(storage: Storage, reopen: Reopen) -> None:
    storage.pictures.put_many([a_picture(1, last_seen=1)])
    other = replace(a_picture(1).fingerprint, quality=3, hashes=some_hashes(2))
    storage.pictures.put_many([Picture(other, last_seen=2)])

    (picture,) = reopen(storage).pictures.get_many([a_fingerprint_id(1)]).values()
    assert picture == a_picture(1, last_seen=2)


def test_should_sweep_only_what_is_old_and_not_shown(storage: Storage, reopen: Reopen) -> None:
    old, fresh, shown = a_picture(1, last_seen=99), a_picture(2, last_seen=100), a_picture(3)
    shown = replace(shown, last_seen=1)
    storage.pictures.put_many([old, fresh, shown])
    storage.products.put_many([a_product(3)])

    assert storage.pictures.sweep(100) == 1
    storage = reopen(storage)
    assert storage.pictures.sweep(100) == 0
    known = storage.pictures.get_many([p.fingerprint_id for p in (old, fresh, shown)])
    assert set(known) == {fresh.fingerprint_id, shown.fingerprint_id}
    assert storage.pictures.count() == storage.vectors.count() == 2


def test_should_sweep_a_picture_once_its_last_product_is_gone(storage: Storage) -> None:
    storage.pictures.put_many([a_picture(1, last_seen=1)])
    storage.products.put_many([a_product(n, fingerprint_id=a_fingerprint_id(1)) for n in range(2)])
    for number in range(2):
        assert storage.pictures.sweep(100) == 0
        storage.products.delete(a_product(number).entity_id)
    assert storage.pictures.sweep(100) == 1


def test_should_sweep_more_than_at_once(storage: Storage, reopen: Reopen) -> None:
    """Thousands, but for DynamoDB: there each picture is two requests, and 16 are swept at once."""
    many = 150 if isinstance(storage, DynamodbStorage) else 1_650
    storage.pictures.put_many([a_picture(number, last_seen=number) for number in range(many + 50)])

    assert storage.pictures.sweep(many) == many

    storage = reopen(storage)
    assert storage.pictures.count() == storage.vectors.count() == 50


def test_should_put_back_what_was_swept(storage: Storage, reopen: Reopen) -> None:
    storage.pictures.put_many([a_picture(1, last_seen=1)])
    storage.pictures.sweep(100)
    storage.pictures.put_many([a_picture(1, last_seen=2)])

    storage = reopen(storage)
    assert storage.pictures.count() == storage.vectors.count() == 1


def test_should_refuse_hashes_of_another_length_and_write_nothing(
    storage: Storage, reopen: Reopen
) -> None:
    with pytest.raises(ValueError, match="phash must have 8 bytes"):
        storage.pictures.put_many([a_picture(1), a_picture(2, hashes={"phash": b"short"})])

    assert reopen(storage).pictures.count() == 0


def test_should_refuse_lone_surrogates(storage: Storage) -> None:
    fingerprint = replace(a_picture(1).fingerprint, fingerprint_id="\udc80")
    with pytest.raises(BadParameterError):
        storage.pictures.put_many([Picture(fingerprint, 1)])
    with pytest.raises(BadParameterError):
        storage.pictures.get_many(["\udc80"])


def test_should_count_by_version(storage: Storage, reopen: Reopen) -> None:
    storage.pictures.put_many([a_picture(1), a_picture(2), a_picture(3, version="older")])
    pictures = reopen(storage).pictures
    assert (pictures.count(), pictures.count(VERSION), pictures.count("older")) == (3, 2, 1)
    assert pictures.count("newer") == 0


def test_should_know_which_pictures_the_index_lacks_and_has_too_many(
    storage: Storage, reopen: Reopen
) -> None:
    """Those of other versions are not the index's concern."""
    storage.pictures.put_many([a_picture(number) for number in range(5)])
    storage.pictures.put_many([a_picture(9, version="older")])
    assert storage.drift() == Drift(behind=0, ahead=0)

    storage.vectors.remove([a_fingerprint_id(n) for n in (0, 1, 9)])
    storage.vectors.add([a_vector_entry(6), a_vector_entry(7, version="older")])
    assert reopen(storage).drift() == Drift(behind=2, ahead=1)


def test_should_never_sweep_what_is_being_registered(storage: Storage, reopen: Reopen) -> None:
    """Whichever of the two comes first: the picture is there when both have ended."""
    products = [a_product(number) for number in range(40)]

    def register_all() -> None:
        for number, product in enumerate(products):
            with storage.transaction():
                storage.pictures.put_many([a_picture(number, last_seen=1)])
                storage.products.put_many([product])

    storage.pictures.put_many([a_picture(number, last_seen=1) for number in range(40)])
    with ThreadPoolExecutor(1) as executor:
        registered = executor.submit(register_all)
        while not registered.done():
            storage.pictures.sweep(100)
        registered.result()

    storage.pictures.sweep(100)
    storage = reopen(storage)
    assert storage.pictures.count() == storage.vectors.count() == 40
    assert storage.drift() == Drift(0, 0)
