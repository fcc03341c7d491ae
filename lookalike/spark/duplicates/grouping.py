"""Groups of products whose pictures are connected, by the code of one machine."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import NamedTuple

from lookalike.api.decisions.service import Decide, NewDecision
from lookalike.aws.duplicates.links import FoundLinks, shown_pictures
from lookalike.duplicates.groups import Group
from lookalike.duplicates.keeping import Keep
from lookalike.duplicates.product_groups import product_groups
from lookalike.errors import PermanentError
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.pictures import Fingerprint, Picture
from lookalike.products import Product
from lookalike.storage.duplicates import PictureLink
from lookalike.storage.interfaces import Storage
from lookalike.storage.memory.storage import MemoryStorage


class Shown(NamedTuple):
    """A product, and one of the pictures that it shows."""

    product: Product
    fingerprint: Fingerprint


Key = tuple[str, tuple[str, ...]]
"""The kind and the products of a group, by which it is listed once."""


@dataclass(frozen=True, slots=True)
class ComponentGroups:
    """Groups the products of connected pictures. It is sent to the workers.

    Attributes:
        least: probability from which pictures are linked.
        order: by which the product to keep is chosen.
        decisions: what was decided, by the entity id of either product.
    """

    least: float
    order: Sequence[Keep]
    decisions: Mapping[str, Sequence[NewDecision]]

    def of(self, shown: Iterable[Shown], links: Iterable[PictureLink]) -> list[tuple[Key, Group]]:
        """The groups of pictures that are connected.

        Args:
            shown: each of the pictures with each product that shows it.
            links: between the pictures.
        """
        with closing(MemoryStorage(ALGORITHM_VERSION)) as storage:
            self._fill(storage, list(shown))
            known = FoundLinks(links, shown_pictures(storage.products))
            groups = product_groups(storage, known, "", self.least, self.order)
            return [(_key(group), group) for group in groups]

    def _fill(self, storage: Storage, shown: Sequence[Shown]) -> None:
        products = {each.product.entity_id: each.product for each in shown}
        pictures = {each.fingerprint.fingerprint_id: each.fingerprint for each in shown}
        storage.products.put_many([product for _, product in sorted(products.items())])
        storage.pictures.put_many([Picture(each, 0) for _, each in sorted(pictures.items())])
        decide = Decide(storage, time.time)
        for decision in self._between(products):
            with suppress(PermanentError):  # as an import of decisions refuses it
                decide.put(decision)

    def _between(self, entity_ids: Iterable[str]) -> Iterator[NewDecision]:
        ids = set(entity_ids)
        for name in sorted(ids & self.decisions.keys()):
            yield from (each for each in self.decisions[name] if each.a == name and each.b in ids)


def first_of(one: Group, other: Group) -> Group:
    """Of two groups with the same products, the one that is listed."""
    return min(one, other, key=_place)


def _key(group: Group) -> Key:
    return group["kind"], tuple(sorted(member["entity_id"] for member in group["members"]))


def _place(group: Group) -> tuple[int, list[str]]:
    names = sorted(picture["fingerprint_id"] for picture in group["pictures"])
    return -len(names), names
