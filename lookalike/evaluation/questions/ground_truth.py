"""Which entries of a catalogue show the same picture or the same product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.screening import ScreenedPicture


class GroundTruth:
    """Products and equal pictures of a catalogue.

    Args:
        entries: the whole catalogue.
        screened: the screened picture of every entry, by entity id.
    """

    def __init__(self, entries: Sequence[Entry], screened: Mapping[str, ScreenedPicture]) -> None:
        self._entries = {entry.entity_id: entry for entry in entries}
        self._pictures = {name: screened[name].picture for name in self._entries}
        self._groups: defaultdict[str, set[str]] = defaultdict(set)
        self._showing: defaultdict[str, set[str]] = defaultdict(set)
        for name, entry in self._entries.items():
            self._groups[entry.group].add(name)
            self._showing[self._pictures[name]].add(name)

    def picture(self, entry: Entry) -> str:
        """Id of the picture of an entry: entries that show the same picture share it."""
        return self._pictures[entry.entity_id]

    def showing_same_picture(self, entry: Entry) -> tuple[str, ...]:
        """The entries that show the picture of an entry, which is one of them."""
        return tuple(sorted(self._showing[self.picture(entry)]))

    def siblings(self, entry: Entry) -> list[Entry]:
        """The entries of the same product that show other pictures."""
        names = self._groups[entry.group] - self._showing[self.picture(entry)]
        return [self._entries[name] for name in sorted(names)]

    def related(self, entry: Entry) -> set[str]:
        """All entries that show the same picture, and all entries of their products."""
        same = [self._entries[name] for name in self.showing_same_picture(entry)]
        return {name for each in same for name in self._groups[each.group]}
