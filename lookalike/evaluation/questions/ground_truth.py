"""Which entries of a catalogue show the same picture or the same product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.screening import ScreenedPicture


class GroundTruth:
    """Products, photographs and equal pictures of a catalogue.

    Entries show the same if their pictures are equal, or if the catalogue says in its column
    ``photograph`` that a shop made both of one photograph.

    Args:
        entries: the whole catalogue.
        screened: the screened picture of every entry, by entity id.
    """

    def __init__(self, entries: Sequence[Entry], screened: Mapping[str, ScreenedPicture]) -> None:
        self._entries = {entry.entity_id: entry for entry in entries}
        self._pictures = {name: screened[name].picture for name in self._entries}
        self._groups: defaultdict[str, set[str]] = defaultdict(set)
        self._showing: dict[str, set[str]] = {name: {name} for name in self._entries}
        for name, entry in self._entries.items():
            self._groups[entry.group].add(name)
        self._join_by(self._pictures)
        self._join_by(
            {
                name: f"{entry.domain}:{entry.photograph}"
                for name, entry in self._entries.items()
                if entry.photograph
            }
        )

    def _join_by(self, label: Mapping[str, str]) -> None:
        """Let entries with equal labels show the same, with all that either of them shows."""
        first: dict[str, str] = {}
        for name, value in label.items():
            known = self._showing[first.setdefault(value, name)]
            known |= self._showing[name]
            self._showing.update(dict.fromkeys(known, known))

    def picture(self, entry: Entry) -> str:
        """Id of the picture of an entry: entries that show the same picture share it."""
        return self._pictures[entry.entity_id]

    def showing_same_picture(self, entry: Entry) -> tuple[str, ...]:
        """The entries that show the photograph of an entry, which is one of them."""
        return tuple(sorted(self._showing[entry.entity_id]))

    def equal_pictures(self, entry: Entry) -> frozenset[str]:
        """The entries with the very picture of an entry, which is one of them."""
        own = self.picture(entry)
        return frozenset(
            name for name in self._showing[entry.entity_id] if self._pictures[name] == own
        )

    def others_of_product(self, entry: Entry) -> list[Entry]:
        """The entries of the same product that show other photographs."""
        names = self._groups[entry.group] - self._showing[entry.entity_id]
        return [self._entries[name] for name in sorted(names)]

    def related(self, entry: Entry) -> set[str]:
        """All entries that show the same photograph, and all entries of their products."""
        same = [self._entries[name] for name in self.showing_same_picture(entry)]
        return {name for each in same for name in self._groups[each.group]}
