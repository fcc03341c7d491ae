"""A group as rows of a table: one for each of its products."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lookalike.duplicates.groups import Group

COLUMNS = (
    "group",
    "kind",
    "entity_id",
    "sku",
    "image_url",
    "keep",
    "match_percentage",
    "verdict",
    "width",
    "height",
    "reasons",
    "decided",
    "decision",
)
"""``match_percentage`` and ``verdict`` are those of the link with the picture of the product to
keep, or else of the best link within the group; products of one picture have 100 and
``duplicate``. ``keep`` is unknown (``None``) where the group proposes nothing, as for colours.
``decided`` is that of the group; ``decision`` is what was decided about the product and the one to
keep, empty where nothing was."""


def rows_of(group: Group) -> Iterator[dict[str, Any]]:
    """The rows of a group, one for each product that it lists."""
    keep = group["keep"]
    pictures = {picture["fingerprint_id"]: picture for picture in group["pictures"]}
    for member in group["members"]:
        picture = pictures[member["fingerprint_id"]]
        is_kept = None if keep is None else keep["entity_id"] == member["entity_id"]
        percentage, verdict = _likeness(group, member["fingerprint_id"])
        values = (
            group["id"],
            group["kind"],
            member["entity_id"],
            member["sku"],
            member["image_url"],
            is_kept,
            percentage,
            verdict,
            picture["width"],
            picture["height"],
            " ".join(keep["reasons"]) if is_kept else "",
            group["decided"],
            _decision(group, member["entity_id"]),
        )
        yield dict(zip(COLUMNS, values, strict=True))


def _decision(group: Group, entity_id: str) -> str:
    """What was decided about a product and the one to keep."""
    pair = {entity_id, group["keep"] and group["keep"]["entity_id"]}
    found = (each["decision"] for each in group["decisions"] if {each["a"], each["b"]} == pair)
    return next(found, "")


def kept_picture(group: Group) -> str | None:
    """The fingerprint id of the picture of the product to keep."""
    for member in group["members"]:
        if group["keep"] and member["entity_id"] == group["keep"]["entity_id"]:
            return str(member["fingerprint_id"])
    return None


def _likeness(group: Group, fingerprint_id: str) -> tuple[float, str]:
    """Percentage and verdict of a picture's link with the kept one, or else of its best link."""
    kept = kept_picture(group)
    own = [link for link in group["links"] if fingerprint_id in (link["a"], link["b"])]
    with_kept = [link for link in own if kept in (link["a"], link["b"])]
    best = max(with_kept or own, key=lambda link: link["match_percentage"], default=None)
    if best is None or fingerprint_id == kept:
        return 100.0, "duplicate"
    return best["match_percentage"], best["verdict"]
