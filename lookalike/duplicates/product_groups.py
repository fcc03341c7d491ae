"""All groups of a catalogue, from the links between its pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lookalike.duplicates.decided_groups import with_decisions
from lookalike.duplicates.decided_pairs import DecidedPairs
from lookalike.duplicates.grouping import DOUBTFUL, Kind, group_pictures
from lookalike.duplicates.groups import Group, GroupBuilder
from lookalike.duplicates.keeping import Keep
from lookalike.storage.duplicates import PictureLinks
from lookalike.storage.interfaces import Storage


def product_groups(
    storage: Storage, links: PictureLinks, recipe: str, least: float, order: Sequence[Keep]
) -> Iterator[Group]:
    """Groups of products: those of linked pictures, then those that share one picture.

    A picture that several products of a group show is not listed as a group of its own. What was
    decided is respected, and said.

    Args:
        storage: the catalogue.
        links: between its pictures.
        recipe: of the links that count.
        least: probability from which pictures are linked.
        order: by which the product to keep is chosen.
    """
    decided = DecidedPairs.of(storage)
    build = GroupBuilder(storage.products, storage.pictures, links, order, decided.different)
    linked = group_pictures(links.links(recipe, DOUBTFUL), least, decided.pictures)
    copied = set[str]()
    for group in with_decisions(storage, build.of_pictures(linked)):
        if group["kind"] != Kind.COLOUR_VARIANT:
            copied.update(picture["fingerprint_id"] for picture in group["pictures"])
        yield group
    several = links.shown_by_several()
    same = build.of_one_picture(name for name in several if name not in copied)
    yield from with_decisions(storage, same)
