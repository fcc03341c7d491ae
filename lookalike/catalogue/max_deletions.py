"""How many products a sync may delete."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from lookalike.errors import BadParameterError, CatalogueError, PermanentError

PATTERN = r"([0-9]{1,9})|([0-9]{1,3}(?:\.[0-9]{1,3})?) ?%"
"""What a limit is written as."""
_ALL = 100.0
"""Percent."""


class TooManyDeletionsError(PermanentError):
    """A sync would delete more products than it may; nothing has changed."""

    code = "too_many_deletions"
    title = "Too many deletions"


@dataclass(frozen=True, slots=True)
class MaxDeletions:
    """A limit: a number of products, or a share of those that are there.

    Attributes:
        number: of products, or percent.
        is_share: whether it is percent.
    """

    number: float
    is_share: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what ``--max-deletions`` says: ``25`` or ``10%``.

        Raises:
            BadParameterError: it is neither a number nor a percentage.
        """
        found = re.fullmatch(PATTERN, text.strip())
        limit = cls(float(found[1] or found[2]), is_share=found[1] is None) if found else None
        if limit is None or (limit.is_share and limit.number > _ALL):
            raise BadParameterError(
                f"{text!r} is no limit of deletions: write a number of products, such as 25, or a "
                "share of them, such as 10%."
            )
        return limit

    def allow(self, deletions: int, products: int) -> bool:
        """Return whether so many of so many products may be deleted."""
        return deletions <= (self.number * products / _ALL if self.is_share else self.number)

    def require(self, deletions: int, products: int) -> None:
        """Refuse to delete so many of so many products if they are too many.

        Raises:
            TooManyDeletionsError: they are.
        """
        if not self.allow(deletions, products):
            raise TooManyDeletionsError(
                f"The sync would delete {deletions} of {products} products "
                f"({100 * deletions / products:.3g} %), and may delete {self}: nothing has "
                "changed. See whether the feed is whole; if it is, allow more deletions "
                "(max_deletions).",
                "The option is --max-deletions.",
            )

    def __str__(self) -> str:
        """Return it as it is written."""
        return f"{self.number:g}%" if self.is_share else f"{self.number:.0f}"


def require_named(products: int) -> None:
    """Refuse a feed that names no product: whatever the limit is, it empties no catalogue.

    Raises:
        CatalogueError: it names none.
    """
    if not products:
        raise CatalogueError(
            "The feed names no product. Nothing has changed: a sync would delete everything."
        )


DEFAULT_MAX_DELETIONS = MaxDeletions(10, is_share=True)
