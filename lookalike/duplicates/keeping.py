"""Which product of a group to keep, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lookalike.errors import BadParameterError
from lookalike.pictures import Fingerprint
from lookalike.products import Product


class Keep(StrEnum):
    """What speaks for keeping a product."""

    LARGEST = "largest"
    """The picture has the most pixels, without its border."""
    OLDEST = "oldest"
    """The picture was registered first. No times are kept, but the order is."""
    MOST_COMPLETE = "most_complete"
    """The entry has the most of sku, image_url and attributes."""

    @classmethod
    def order(cls, names: Sequence[str]) -> tuple[Keep, ...]:
        """The named criteria, and after them the others, which decide between equals.

        Raises:
            BadParameterError: there is no such criterion, or one is named twice.
        """
        known = [each.value for each in cls]
        if len(set(names)) < len(names) or not set(names) <= set(known):
            raise BadParameterError(f"keep must be some of {', '.join(known)}, each once.")
        named = tuple(cls(name) for name in names)
        return (*named, *(each for each in cls if each not in named))


@dataclass(frozen=True, slots=True)
class Entry:
    """A product of a group, with what is known of one of its pictures.

    Attributes:
        product: as it is stored.
        picture: the fingerprint of the picture.
        position: of the picture in the order of registration.
    """

    product: Product
    picture: Fingerprint
    position: int


@dataclass(frozen=True, slots=True)
class Choice:
    """The product to keep, and sentences that say why."""

    entity_id: str
    reasons: tuple[str, ...]


def choose(entries: Sequence[Entry], order: Sequence[Keep]) -> Choice:
    """Choose the product to keep; between equals, the smallest entity id decides.

    Args:
        entries: of one group, at least one.
        order: what counts, most important first.
    """
    by_id = sorted(entries, key=lambda entry: entry.product.entity_id)
    best = max(by_id, key=lambda entry: tuple(_VALUES[each](entry) for each in order))
    return Choice(best.product.entity_id, tuple(_reasons(best, by_id, order)))


def _reasons(best: Entry, entries: Sequence[Entry], order: Sequence[Keep]) -> list[str]:
    """Why this one: criteria by which it is better than others, up to the one that decides."""
    reasons, rivals = [], entries
    for each in order:
        value = _VALUES[each]
        equal = [entry for entry in rivals if value(entry) == value(best)]
        if len(equal) < len(rivals):
            reasons.append(_words(each, best))
        rivals = equal
        if len(rivals) == 1:
            return reasons
    return [*reasons, "It comes first by entity_id."]


def _words(criterion: Keep, best: Entry) -> str:
    match criterion:
        case Keep.LARGEST:
            return f"Its picture is the largest ({_size(best.picture)})."
        case Keep.OLDEST:
            return "Its picture was registered first."
        case Keep.MOST_COMPLETE:
            return f"Its entry is the most complete ({_completeness(best)} fields filled)."


def _size(picture: Fingerprint) -> str:
    """Width and height in words: of what a border surrounds, where there is one."""
    left, top, right, bottom = picture.trim_box
    width, height = round(picture.width * (right - left)), round(picture.height * (bottom - top))
    is_whole = (width, height) == (picture.width, picture.height)
    return f"{width} x {height} pixels{'' if is_whole else ' within its border'}"


def _pixels(entry: Entry) -> float:
    picture = entry.picture
    return picture.width * picture.height * picture.trimmed_area


def _completeness(entry: Entry) -> int:
    product = entry.product
    filled = [product.sku, product.image_url or "", *product.attributes.values()]
    return sum(bool(value) for value in filled)


_VALUES: dict[Keep, Callable[[Entry], float]] = {
    Keep.LARGEST: _pixels,
    Keep.OLDEST: lambda entry: -entry.position,
    Keep.MOST_COMPLETE: _completeness,
}
