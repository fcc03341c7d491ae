"""Groups of products as they are shown: members, links, percentages, and what to keep."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from lookalike.duplicates.grouping import Kind, PictureGroup
from lookalike.duplicates.keeping import Entry, Keep, choose
from lookalike.duplicates.members import between_products, one_of_each, owners_of
from lookalike.matching.finding import shown_percentage
from lookalike.storage.duplicates import PictureLink, PictureLinks
from lookalike.storage.interfaces import PictureStore, ProductStore

MAX_PRODUCTS = 200
"""Products of one picture that a group lists, the first by entity id; the others are counted."""

NONE: Mapping[str, set[str]] = {}
Group = dict[str, Any]
"""A group as JSON has it; ``lookalike.api.duplicates.models`` describes its keys."""


class GroupBuilder:
    """Builds groups of products out of groups of pictures.

    Args:
        products: of the catalogue.
        pictures: that they show.
        positions: knows in which order pictures were registered.
        order: by which the product to keep is chosen.
        different: products that are no duplicates of a product, as was decided, by its entity id. A
            product that is none of any other one of a group is left out of it.
    """

    def __init__(
        self,
        products: ProductStore,
        pictures: PictureStore,
        positions: PictureLinks,
        order: Sequence[Keep],
        different: Mapping[str, set[str]] = NONE,
    ) -> None:
        self._products = products
        self._pictures = pictures
        self._positions = positions
        self._order = order
        self._different = different

    def of_pictures(self, groups: Iterable[PictureGroup]) -> Iterator[Group]:
        """Groups of products whose pictures are linked; pictures without products drop out."""
        return _once(self._linked(groups))

    def _linked(self, groups: Iterable[PictureGroup]) -> Iterator[Group]:
        for group in groups:
            clusters = [self._entries(cluster) for cluster in group.clusters]
            present = [entries for entries in clusters if entries]
            if group.kind is Kind.COLOUR_VARIANT:
                yield from self._of_colours(present, group.links)
            elif present and len(_pictures(one_of_each(present[0], group.links))) > 1:
                yield self._group(group.kind, present[0], group.links)

    def of_one_picture(self, fingerprint_ids: Iterable[str]) -> Iterator[Group]:
        """Groups of products that show the identical picture."""
        found = (self._entries([fingerprint_id]) for fingerprint_id in fingerprint_ids)
        return _once(self._group(Kind.SAME_PICTURE, each, ()) for each in found if len(each) > 1)

    def _of_colours(
        self, clusters: Sequence[list[Entry]], links: Sequence[PictureLink]
    ) -> Iterator[Group]:
        """A group with one product for each colour: the one to keep of its copies."""
        kept = [self._kept(entries) for entries in clusters]
        if len({entry.product.entity_id for entry in kept}) < 2:  # noqa: PLR2004 - one is no group
            return
        shown = {
            entry.picture.fingerprint_id: chosen.picture.fingerprint_id
            for entries, chosen in zip(clusters, kept, strict=True)
            for entry in entries
        }
        yield self._group(Kind.COLOUR_VARIANT, kept, _between_shown(links, shown))

    def _kept(self, entries: list[Entry]) -> Entry:
        chosen = choose(entries, self._order).entity_id
        return next(entry for entry in entries if entry.product.entity_id == chosen)

    def _entries(self, fingerprint_ids: Iterable[str]) -> list[Entry]:
        pictures = self._pictures.get_many(fingerprint_ids)
        positions = self._positions.positions(pictures)
        entries = [
            Entry(product, picture.fingerprint, positions.get(name, 0))
            for name, picture in sorted(pictures.items())
            for product in islice(self._products.showing(name), MAX_PRODUCTS)
        ]
        return self._without_different(entries)

    def _without_different(self, entries: list[Entry]) -> list[Entry]:
        """The products that may be a duplicate of another one, or are alone."""
        ids = {entry.product.entity_id for entry in entries}
        gone = {
            each for each in ids & self._different.keys() if ids - {each} <= self._different[each]
        }
        is_kept = len(ids) == 1
        return [entry for entry in entries if is_kept or entry.product.entity_id not in gone]

    def _group(self, kind: Kind, entries: Sequence[Entry], links: Sequence[PictureLink]) -> Group:
        owners, members = owners_of(entries), one_of_each(entries, links)
        kept_links = between_products(links, owners)
        keeps = kind is not Kind.COLOUR_VARIANT and not entries[0].picture.is_featureless
        choice = choose(members, self._order) if keeps else None
        weakest = min((link.probability for link in kept_links), default=1.0)
        return {
            "id": _digest(kind, owners),
            "kind": kind.value,
            "match_percentage": shown_percentage(weakest),
            "products": self._count(kind, members),
            "keep": choice and {"entity_id": choice.entity_id, "reasons": list(choice.reasons)},
            "members": [_member(entry) for entry in members],
            "pictures": _pictures(entries),
            "links": [_link(link) for link in kept_links],
        }

    def _count(self, kind: Kind, entries: Sequence[Entry]) -> int:
        """The number of products, also of those that are too many to be listed."""
        if kind is Kind.COLOUR_VARIANT or len(entries) < MAX_PRODUCTS:
            return len(entries)
        shown = {entry.picture.fingerprint_id for entry in entries}
        return len({each.entity_id for name in shown for each in self._products.showing(name)})


def _once(groups: Iterable[Group]) -> Iterator[Group]:
    """Leave out groups of the same kind and members as an earlier one.

    Products that have several pictures in common are linked by each of them.
    """
    seen = set[int]()
    for group in groups:
        members = frozenset(member["entity_id"] for member in group["members"])
        key = hash((group["kind"], members))
        if key not in seen:
            seen.add(key)
            yield group


def _between_shown(links: Sequence[PictureLink], shown: Mapping[str, str]) -> list[PictureLink]:
    """The best link between each two pictures that stand for their copies.

    Where it was found between other copies of theirs, its evidence is left out.
    """
    best: dict[frozenset[str], PictureLink] = {}
    for link in sorted(links, key=lambda link: link.probability):
        a, b = shown.get(link.a), shown.get(link.b)
        if a and b:
            is_same = (a, b) == (link.a, link.b)
            best[frozenset((a, b))] = link if is_same else replace(link, a=a, b=b, evidence={})
    return list(best.values())


def _member(entry: Entry) -> dict[str, Any]:
    product, name = entry.product, entry.picture.fingerprint_id
    index = product.image_index(name)
    return {
        "entity_id": product.entity_id,
        "sku": product.sku,
        "image_url": product.images[index].image_url,
        "image_index": index,
        "attributes": dict(product.attributes),
        "fingerprint_id": name,
    }


def _pictures(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """The pictures of a group, each once."""
    found = {entry.picture.fingerprint_id: entry.picture for entry in entries}
    return [
        {
            "fingerprint_id": name,
            "width": picture.width,
            "height": picture.height,
            "trim_box": list(picture.trim_box),
        }
        for name, picture in found.items()
    ]


def _link(link: PictureLink) -> dict[str, Any]:
    return {
        "a": link.a,
        "b": link.b,
        "match_percentage": shown_percentage(link.probability),
        "verdict": link.verdict,
        "evidence": dict(link.evidence),
    }


def _digest(kind: Kind, fingerprint_ids: Iterable[str]) -> str:
    """Names a group by its pictures: it stays the same as long as they do."""
    return hashlib.sha256(" ".join([kind, *sorted(fingerprint_ids)]).encode()).hexdigest()[:16]
