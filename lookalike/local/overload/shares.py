"""Shares of what there is little of, so that nobody takes all of it."""

from __future__ import annotations

from collections import Counter


class Shares:
    """Places, of which a holder may have as many as remain free for others, or a part of that.

    That is half of them for one that is alone, a quarter for the next, and so on: so no holder, and
    no few of them, can take all. Not safe to use from several threads.

    Args:
        most: places in all.
        free_for_one: how many places remain free for each one of a holder. With three, one that is
            alone may have a quarter of all.
    """

    def __init__(self, most: int, free_for_one: int = 1) -> None:
        self._most = most
        self._free_for_one = free_for_one
        self._held: Counter[str] = Counter()

    @property
    def held(self) -> int:
        """Places that are taken."""
        return self._held.total()

    def has_room(self, holder: str, places: int = 1) -> bool:
        """Whether this holder may take so many more; at least one, as long as any is free."""
        free = self._most - self.held
        return self._free_for_one * (self._held[holder] + places - 1) <= free - places

    def take(self, holder: str, places: int = 1) -> None:
        """Note that this holder has so many more."""
        self._held[holder] += places

    def give_back(self, holder: str, places: int = 1) -> None:
        """Note that this holder has so many less."""
        self._held[holder] -= places
        if not self._held[holder]:
            del self._held[holder]
