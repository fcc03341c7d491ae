from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookalike.storage.import_runs import ImportRun
from lookalike.storage.interfaces import Storage
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import VERSION, a_fingerprint_id, a_picture, a_product
from tests.contract.storage.conftest import Reopen
from tests.contract.storage.many_threads import read_while_writing


class SomethingElseError(Exception):
    pass


def counts(storage: Storage) -> tuple[int, int, int, int]:
    runs = len(storage.imports.running())
    return storage.products.count(), storage.pictures.count(), storage.vectors.count(), runs


def write(storage: Storage, number: int) -> None:
    storage.pictures.put_many([a_picture(number)])
    storage.products.put_many([a_product(number)])
    storage.imports.put(ImportRun(f"run-{number}", created_at=number))


def test_should_keep_everything_of_a_transaction(storage: Storage, reopen: Reopen) -> None:
    with storage.transaction():
        write(storage, 1)
        write(storage, 2)

    assert counts(reopen(storage)) == (2, 2, 2, 2)


def test_should_undo_everything_on_an_exception(storage: Storage, reopen: Reopen) -> None:
    """Creations, replacements and deletions alike."""
    write(storage, 1)
    write(storage, 2)

    def change_everything() -> None:
        with storage.transaction():
            write(storage, 3)
            storage.products.put_many([a_product(1, fingerprint_id=a_fingerprint_id(3))])
            storage.products.delete(a_product(2).entity_id)
            storage.pictures.put_many([a_picture(2, last_seen=2_000_000)])
            raise SomethingElseError

    with pytest.raises(SomethingElseError):
        change_everything()

    storage = reopen(storage)
    assert counts(storage) == (2, 2, 2, 2)
    assert list(storage.products.showing(a_fingerprint_id(1))) == [a_product(1)]
    assert list(storage.products.showing(a_fingerprint_id(2))) == [a_product(2)]
    assert list(storage.products.showing(a_fingerprint_id(3))) == []
    ids = [a_fingerprint_id(number) for number in (1, 2)]
    assert storage.pictures.get_many(ids) == {
        a_fingerprint_id(number): a_picture(number) for number in (1, 2)
    }


def test_should_see_its_own_writes(storage: Storage) -> None:
    with storage.transaction():
        write(storage, 1)
        assert storage.products.get_many([a_product(1).entity_id])
        assert list(storage.products.showing(a_fingerprint_id(1)))
        assert storage.pictures.count() == 1
        assert storage.imports.get("run-1").created_at == 1


def test_should_undo_only_the_inner_transaction_that_fails(
    storage: Storage, reopen: Reopen
) -> None:
    def fail_inside() -> None:
        with storage.transaction():
            write(storage, 2)
            raise SomethingElseError

    with storage.transaction():
        write(storage, 1)
        with pytest.raises(SomethingElseError):
            fail_inside()
        with storage.transaction():
            write(storage, 3)

    storage = reopen(storage)
    assert counts(storage) == (2, 2, 2, 2)
    assert storage.products.get_many([a_product(2).entity_id]) == {}


def test_should_undo_inner_transactions_with_the_outer(storage: Storage, reopen: Reopen) -> None:
    def fail_inside() -> None:
        with storage.transaction():
            write(storage, 2)
            raise SomethingElseError

    def fail_outside() -> None:
        with storage.transaction():
            write(storage, 1)
            with pytest.raises(SomethingElseError):
                fail_inside()
            with storage.transaction():
                write(storage, 4)
            raise SomethingElseError

    with pytest.raises(SomethingElseError):
        fail_outside()

    assert counts(reopen(storage)) == (0, 0, 0, 0)


def test_should_undo_what_surrounds_an_inner_transaction_that_failed(
    storage: Storage, reopen: Reopen
) -> None:
    def fail_inside(inner: Callable[[], object]) -> None:
        with storage.transaction():
            write(storage, 2)
            inner()
            raise SomethingElseError

    def fail_in_the_middle() -> None:
        with pytest.raises(SomethingElseError):
            fail_inside(lambda: None)

    with storage.transaction():
        write(storage, 1)
        with pytest.raises(SomethingElseError):
            fail_inside(fail_in_the_middle)

    assert counts(reopen(storage)) == (1, 1, 1, 1)


def test_should_be_usable_after_a_failed_transaction(storage: Storage) -> None:
    with pytest.raises(SomethingElseError), storage.transaction():
        raise SomethingElseError
    write(storage, 1)
    assert counts(storage) == (1, 1, 1, 1)


def test_should_serve_many_threads_at_once(storage: Storage, reopen: Reopen) -> None:
    """Writers, and readers that only ever see right answers."""
    read_while_writing(storage, storage.products.count)

    assert counts(reopen(storage))[:3] == (60, 60, 60)


def test_should_find_what_the_same_thread_has_just_written(storage: Storage) -> None:
    for number in range(20):
        storage.pictures.put_many([a_picture(number)])
        assert storage.vectors.count() == number + 1


def test_should_close_twice(storage: Storage) -> None:
    storage.close()
    storage.close()


Step = tuple[str, int, int] | tuple[list["Step"], bool]
"""A call with two small numbers; or steps in a transaction, and whether that fails at its end."""

calls = st.tuples(
    st.sampled_from(["put product", "delete product", "put picture"]),
    st.integers(0, 2),
    st.integers(0, 2),
)
steps: st.SearchStrategy[Step] = st.recursive(
    calls, lambda inner: st.tuples(st.lists(inner, max_size=4), st.booleans()), max_leaves=8
)


def state(storage: Storage) -> object:
    products = [a_product(number).entity_id for number in range(3)]
    pictures = [a_fingerprint_id(number) for number in range(3)]
    shown = [list(storage.products.showing(picture)) for picture in pictures]
    counts = storage.products.count(), storage.pictures.count()
    return storage.products.get_many(products), storage.pictures.get_many(pictures), shown, counts


def outcomes(storage: Storage, step: Step) -> Iterator[object]:
    """What every call of a step answers, and what the same thread then sees."""
    match step:
        case "put product", number, picture:
            product = a_product(number, fingerprint_id=a_fingerprint_id(picture))
            yield storage.products.put_many([product])
        case "delete product", number, _:
            yield storage.products.delete(a_product(number).entity_id)
        case "put picture", number, seen:
            storage.pictures.put_many([a_picture(number, last_seen=seen)])
        case inner, fails:
            with suppress(SomethingElseError), storage.transaction():
                for each in inner:
                    yield from outcomes(storage, each)
                if fails:
                    raise SomethingElseError
    yield state(storage)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(step=steps)
def test_should_nest_as_in_memory(storage: Storage, step: Step) -> None:
    """Whatever is written in whatever transactions, and whichever of them fail."""
    for number in range(3):
        storage.products.delete(a_product(number).entity_id)
    storage.pictures.sweep(10**9)

    assert list(outcomes(storage, step)) == list(outcomes(MemoryStorage(VERSION), step))
