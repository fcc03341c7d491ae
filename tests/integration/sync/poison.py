"""Records of the stream that cannot be applied as things are, each for another reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lookalike.pictures import Picture
from lookalike.storage.dynamodb.attributes import Item
from lookalike.storage.dynamodb.items import picture_item
from tests.integration.sync.mapping import Record
from tests.unit.sync.stream.records import a_record


@dataclass(frozen=True, slots=True)
class Poison:
    """A record, and the item of the table that it names.

    Attributes:
        record: as the stream has it.
        stored: the item of the table, if any.
        mended: what an operator puts there instead; ``None``: takes it away.
        is_hopeless: whether the record itself is broken, so that it can only be inspected.
    """

    record: Record
    stored: Item | None = None
    mended: Item | None = None
    is_hopeless: bool = False


def without_keys(picture: Picture) -> Poison:
    record = a_record("INSERT", picture.fingerprint_id, new=picture)
    del record["dynamodb"]["Keys"]
    return Poison(record, is_hopeless=True)


def with_a_number_for_a_key(picture: Picture) -> Poison:
    record = a_record("INSERT", picture.fingerprint_id, new=picture)
    record["dynamodb"]["Keys"] = {"fingerprint_id": {"N": "7"}}
    return Poison(record, is_hopeless=True)


def of_an_unknown_change(picture: Picture) -> Poison:
    record = a_record("INSERT", picture.fingerprint_id, new=picture)
    return Poison({**record, "eventName": "TRUNCATE"}, is_hopeless=True)


def of_an_incomplete_item(picture: Picture) -> Poison:
    """It cannot be read any more."""
    item = picture_item(picture)
    incomplete = {name: value for name, value in item.items() if name != "trim_box"}
    return Poison(a_record("INSERT", picture.fingerprint_id), incomplete, item)


def of_a_short_hash(picture: Picture) -> Poison:
    """It would not fit into the index."""
    item = picture_item(picture)
    short = {**item, "hashes": {"M": {**item["hashes"]["M"], "deep": {"B": b"short"}}}}
    return Poison(a_record("INSERT", picture.fingerprint_id), short, item)


def of_a_long_id(picture: Picture) -> Poison:
    """The table takes it; OpenSearch refuses every bulk that it is part of."""
    long = replace(picture.fingerprint, fingerprint_id=20 * picture.fingerprint_id)
    item = picture_item(Picture(long, picture.last_seen))
    return Poison(a_record("INSERT", long.fingerprint_id), item)


KINDS: Sequence[Callable[[Picture], Poison]] = (
    without_keys,
    with_a_number_for_a_key,
    of_an_unknown_change,
    of_an_incomplete_item,
    of_a_short_hash,
    of_a_long_id,
)


def some_poison(pictures: Sequence[Picture]) -> list[Poison]:
    """One for each picture, of every kind in turn."""
    return [KINDS[at % len(KINDS)](picture) for at, picture in enumerate(pictures)]


def damaged_later(picture: Picture) -> Poison:
    """It lost its hashes when the index had them."""
    item = picture_item(picture)
    damaged = {name: value for name, value in item.items() if name != "hashes"}
    return Poison(a_record("MODIFY", picture.fingerprint_id, old=picture), damaged, item)
