"""Flags: products that were stored although another one shows the same photograph."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from lookalike.products import Product


@dataclass(frozen=True, slots=True)
class Flag:
    """The mark of a product.

    Attributes:
        entity_id: the product.
        fingerprint_id: the picture that it was marked for; without it, it has no mark.
        match: the product that shows the same photograph, as JSON has a match.
        flagged_at: seconds since the epoch (UTC).
    """

    entity_id: str
    fingerprint_id: str
    match: Mapping[str, Any]
    flagged_at: float

    def is_of(self, product: Product) -> bool:
        """Return whether the product still shows the picture."""
        return self.entity_id == product.entity_id and self.fingerprint_id in product.pictures


class FlagStore(ABC):
    """At most one flag for each product. Deleting a product removes its flag."""

    @abstractmethod
    def put(self, flag: Flag) -> None:
        """Flag a product, or replace its flag."""

    @abstractmethod
    def remove(self, entity_id: str) -> None:
        """Remove the flag of a product, if it has one."""

    @abstractmethod
    def get_many(self, entity_ids: Iterable[str]) -> dict[str, Flag]:
        """The flags of these products, by entity id; those without one are left out."""

    @abstractmethod
    def page(self, after: str, limit: int) -> list[Flag]:
        """The first flags after an entity id, ascending; the empty text is before all."""


class NoFlags(FlagStore):
    """Of storages that keep no flags: those in memory."""

    @override
    def put(self, flag: Flag) -> None:
        """Forget it."""

    @override
    def remove(self, entity_id: str) -> None:
        """Do nothing."""

    @override
    def get_many(self, entity_ids: Iterable[str]) -> dict[str, Flag]:
        return {}

    @override
    def page(self, after: str, limit: int) -> list[Flag]:
        return []
