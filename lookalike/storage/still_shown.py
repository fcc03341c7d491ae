"""Which of the pictures that were decided about products still show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lookalike.decisions import Decision, Side
from lookalike.storage.interfaces import Storage

Shown = tuple[str, ...]
"""Fingerprint ids, as they are now, in the order of their product."""


def still_shown(storage: Storage, sides: Sequence[Side]) -> list[Shown]:
    """For each side, those of its pictures that its product shows now.

    Empty where the product is deleted, or shows other pictures. A picture that has got another id,
    since it was fingerprinted by another algorithm version, is known by its pHash.
    """
    products = storage.products.get_many({side.entity_id for side in sides})
    shown = {key: product.pictures for key, product in products.items()}
    pictures = storage.pictures.get_many(_renamed(sides, shown))
    return [
        tuple(
            name
            for name in shown.get(side.entity_id, ())
            if name in _ids(side) or (name in pictures and side.has(pictures[name].fingerprint))
        )
        for side in sides
    ]


def standing(storage: Storage, decisions: Sequence[Decision]) -> list[tuple[Shown, Shown]]:
    """For each decision, the pictures that it is about and that its two products still show.

    It stands where neither is empty.
    """
    sides = still_shown(storage, [side for decision in decisions for side in decision.sides])
    return list(zip(sides[::2], sides[1::2], strict=True))


def _renamed(sides: Iterable[Side], shown: dict[str, list[str]]) -> set[str]:
    """Pictures that may be those of a side under another id."""
    return {name for side in sides for name in shown.get(side.entity_id, ())} - {
        name for side in sides for name in _ids(side)
    }


def _ids(side: Side) -> set[str]:
    return {picture.fingerprint_id for picture in side.pictures}
