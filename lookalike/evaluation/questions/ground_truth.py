"""Which pictures of a catalogue belong together, and choices that every run makes alike."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.screening import Look


class Relations:
    """Products and equal pictures of a catalogue.

    Args:
        entries: the whole catalogue.
        looks: of every entry.
    """

    def __init__(self, entries: Sequence[Entry], looks: Mapping[str, Look]) -> None:
        self._entries = {entry.entity_id: entry for entry in entries}
        self._pictures = {name: looks[name].picture for name in self._entries}
        self._groups: defaultdict[str, set[str]] = defaultdict(set)
        self._showing: defaultdict[str, set[str]] = defaultdict(set)
        for name, entry in self._entries.items():
            self._groups[entry.group].add(name)
            self._showing[self._pictures[name]].add(name)

    def picture(self, entry: Entry) -> str:
        """The picture of an entry: equal where entries show the same."""
        return self._pictures[entry.entity_id]

    def shown_too(self, entry: Entry) -> tuple[str, ...]:
        """The entries that show its picture, itself included."""
        return tuple(sorted(self._showing[self.picture(entry)]))

    def siblings(self, entry: Entry) -> list[Entry]:
        """The other pictures of its product."""
        names = self._groups[entry.group] - self._showing[self.picture(entry)]
        return [self._entries[name] for name in sorted(names)]

    def related(self, entry: Entry) -> set[str]:
        """Whatever shows its picture, and whatever is of their products."""
        shown = [self._entries[name] for name in self.shown_too(entry)]
        return {name for same in shown for name in self._groups[same.group]}


@dataclass(frozen=True, slots=True)
class Order:
    """A key to sort names by: looks random, and is the same in every run.

    Attributes:
        seed: of the run.
        salt: of the choice: another one gives another order.
    """

    seed: int
    salt: str

    def __call__(self, name: str) -> int:
        """Where a name stands."""
        return number_of(self.seed, self.salt, name)


def number_of(*parts: object) -> int:
    """31 bits that follow from the parts."""
    digest = hashlib.sha256("\0".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1
