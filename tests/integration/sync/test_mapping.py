"""The loop that stands for Lambda here delivers as Lambda does."""

from __future__ import annotations

from collections.abc import Sequence

from tests.integration.sync.mapping import BATCH, Mapping, Record

MANY = 10 * BATCH


def a_change(number: int) -> Record:
    return {"number": number, "dynamodb": {"Keys": {"fingerprint_id": {"S": str(number % 300)}}}}


def numbers(records: Sequence[Record]) -> list[int]:
    return [record["number"] for record in records]


def never(records: Sequence[Record]) -> None:
    raise AssertionError(f"given up: {numbers(records)}")


def test_should_deliver_all_and_some_of_it_twice() -> None:
    taken: list[int] = []

    def function(records: Sequence[Record]) -> None:
        taken.extend(numbers(records))

    mapping = Mapping(function, never)
    mapping.send(map(a_change, range(MANY)))

    assert not mapping.deliver(1)
    assert mapping.deliver(MANY)
    assert set(taken) == set(range(MANY))
    assert len(taken) > MANY
    assert list(dict.fromkeys(taken)) != sorted(taken)
    of_one_key = [number for number in dict.fromkeys(taken) if number % 300 == 7]
    assert of_one_key == sorted(of_one_key)


def test_should_deliver_again_from_the_record_that_is_reported() -> None:
    taken: list[int] = []
    flawed = {13, 500, 999}

    def function(records: Sequence[Record]) -> int | None:
        for at, number in enumerate(numbers(records)):
            if number in flawed:
                flawed.remove(number)
                return at
            taken.append(number)
        return None

    mapping = Mapping(function, never)
    mapping.send(map(a_change, range(MANY)))

    assert mapping.deliver(MANY)
    assert not flawed
    assert set(taken) == set(range(MANY))


def test_should_halve_until_what_kills_the_function_stands_alone_and_is_given_up() -> None:
    taken: set[int] = set()
    given_up: list[int] = []

    def function(records: Sequence[Record]) -> None:
        if 500 in numbers(records):
            raise MemoryError
        taken.update(numbers(records))

    mapping = Mapping(function, lambda records: given_up.extend(numbers(records)))
    mapping.send(map(a_change, range(MANY)))

    assert mapping.deliver(MANY)
    assert given_up == [500]
    assert taken == set(range(MANY)) - {500}
