"""The members of a group: products that show its pictures, each once with one of its pictures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from lookalike.duplicates.keeping import Entry
from lookalike.storage.duplicates import PictureLink

Owners = Mapping[str, frozenset[str]]
"""The entity ids of the products that show each picture, by fingerprint id."""


def owners_of(entries: Sequence[Entry]) -> Owners:
    """Who shows which picture."""
    found = defaultdict[str, set[str]](set)
    for entry in entries:
        found[entry.picture.fingerprint_id].add(entry.product.entity_id)
    return {name: frozenset(ids) for name, ids in found.items()}


def between_products(links: Sequence[PictureLink], owners: Owners) -> list[PictureLink]:
    """The links between shown pictures but for those of a product's pictures with each other."""
    return [
        link
        for link in links
        if {link.a, link.b} <= owners.keys() and len(owners[link.a] | owners[link.b]) > 1
    ]


def one_of_each(entries: Sequence[Entry], links: Sequence[PictureLink]) -> list[Entry]:
    """One entry for each product: with the picture that ties it most to other products."""
    owners = owners_of(entries)
    ties = _ties(between_products(links, owners), owners)
    best = dict[str, Entry]()
    for entry in sorted(entries, key=lambda entry: _rank(entry, ties)):
        best.setdefault(entry.product.entity_id, entry)
    return [entry for entry in entries if best[entry.product.entity_id] is entry]


def _ties(links: Sequence[PictureLink], owners: Owners) -> dict[str, float]:
    """How surely another product shows each picture, 0 to 1: the same one, or one linked to it."""
    found = {name: 1.0 for name, ids in owners.items() if len(ids) > 1}
    for link in links:
        for name in (link.a, link.b):
            found[name] = max(found.get(name, 0.0), link.probability)
    return found


def _rank(entry: Entry, ties: Mapping[str, float]) -> tuple[float, int]:
    name = entry.picture.fingerprint_id
    return -ties.get(name, 0.0), entry.product.image_index(name)
