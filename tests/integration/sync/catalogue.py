"""Pictures of a test by what becomes of them, and the records that tell it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lookalike.pictures import Picture, VectorEntry
from lookalike.storage.dynamodb.attributes import Item
from lookalike.storage.dynamodb.items import picture_from, picture_item
from tests.integration.sync.mapping import Record
from tests.integration.sync.poison import Poison, damaged_later, some_poison
from tests.unit.sync.stream.records import a_record

POISONED = 24
DAMAGED_LATER = 3
REMOVED = 60
BACK_EVERY = 3

Entries = dict[str, VectorEntry]


@dataclass(frozen=True)
class Catalogue:
    """Pictures by what becomes of them.

    Attributes:
        healthy: all that can be applied, but for the fatal one.
        fatal: the function does not survive its record.
        poison: what cannot be applied.
        damaged: healthy ones that become unreadable when the index has them.
        gone: healthy ones that are removed, the first and the last.
        back: healthy ones that are removed and stored again.
    """

    healthy: Sequence[Picture]
    fatal: Picture
    poison: Sequence[Poison]
    damaged: Sequence[Poison]
    gone: Sequence[Picture]
    back: Sequence[Picture]

    @classmethod
    def of(cls, pictures: Sequence[Picture]) -> Catalogue:
        fatal, *healthy = pictures[:-POISONED]
        others = healthy[DAMAGED_LATER:]
        removed = [*others[:REMOVED], *others[-REMOVED:]]
        back = removed[::BACK_EVERY]
        return cls(
            healthy=healthy,
            fatal=fatal,
            poison=some_poison(pictures[-POISONED:]),
            damaged=[damaged_later(picture) for picture in healthy[:DAMAGED_LATER]],
            gone=[removed[at] for at in range(len(removed)) if at % BACK_EVERY],
            back=back,
        )

    @property
    def fatal_record(self) -> Record:
        return a_record("INSERT", self.fatal.fingerprint_id)

    @property
    def damaged_ids(self) -> list[str]:
        """The ids of those that become unreadable, which should be in the index by then."""
        return [each.fingerprint_id for each in self.healthy[:DAMAGED_LATER]]

    @property
    def first_items(self) -> list[Item]:
        """What is stored before anything is followed."""
        stored = [each.stored for each in self.poison if each.stored is not None]
        return [picture_item(self.fatal), *map(picture_item, self.healthy), *stored]

    @property
    def first_records(self) -> list[Record]:
        """That it is stored, with poison in its midst."""
        records = [a_record("INSERT", each.fingerprint_id) for each in self.healthy]
        every = len(records) // (len(self.poison) + 1)
        for at, each in enumerate(self.poison, start=1):
            records.insert(at * every, each.record)
        records.insert(len(records) // 8, self.fatal_record)
        return records

    @property
    def later_records(self) -> list[Record]:
        """What happens while it is followed."""
        removed = [a_record("REMOVE", each.fingerprint_id) for each in (*self.gone, *self.back)]
        back = [a_record("INSERT", each.fingerprint_id) for each in self.back]
        return [*(each.record for each in self.damaged), *removed, *back]

    @property
    def poison_records(self) -> list[Record]:
        """All that has to be found by the operator."""
        return [self.fatal_record, *(each.record for each in (*self.poison, *self.damaged))]

    @property
    def followed(self) -> Entries:
        """What the stream should have brought into the index."""
        gone = {each.fingerprint_id for each in self.gone}
        return entries(each for each in self.healthy if each.fingerprint_id not in gone)

    @property
    def mended(self) -> Entries:
        """What should be there when the operator has done his work."""
        items = [each.mended for each in self.poison if each.mended is not None]
        return {
            **self.followed,
            **entries([self.fatal]),
            **entries(map(picture_from, items)),
        }


def entries(pictures: Iterable[Picture]) -> Entries:
    """What an index has of them."""
    return {each.fingerprint_id: VectorEntry.of(each.fingerprint) for each in pictures}
