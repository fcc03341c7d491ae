"""Pictures of a product that are refused, while others of it may be good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lookalike.catalogue.catalogue_row import CatalogueRow, failed_row
from lookalike.catalogue.product_limits import MAX_IMAGES
from lookalike.storage.import_runs import FailedRow

MAX_SHOWN = 200
"""Characters of an address in a list of refused pictures."""
TOO_MANY = "too_many_images"
"""The code where a product has more pictures than it may have, and none is refused for itself."""


@dataclass(frozen=True, slots=True)
class RefusedImage:
    """A picture of a product, by its address, and why it is refused."""

    image_url: str
    code: str
    detail: str


def without_pictures(row: CatalogueRow, refused: Sequence[RefusedImage]) -> FailedRow:
    """The failure of a row whose pictures are all refused; it has the reason of the main one."""
    main, *others = refused
    also = f" Its other pictures are refused, too. {_listed(others)}" if others else ""
    return failed_row(row, main.code, main.detail + also)


def without_some(row: CatalogueRow, refused: Sequence[RefusedImage]) -> FailedRow | None:
    """What is wrong with a product that is stored without some of its pictures, if anything is.

    It has the address and the code of the first of them; the detail lists all.
    """
    if not refused and not row.left_out:
        return None
    count = len(refused) + row.left_out
    total = len(row.image_urls) + row.left_out
    too_many = f" A product has at most {MAX_IMAGES} pictures." if row.left_out else ""
    detail = f"The product is stored without {count} of its {total} pictures.{too_many}"
    first = refused[0] if refused else RefusedImage("", TOO_MANY, "")
    listed = f" {_listed(refused)}" if refused else ""
    failure = failed_row(row, first.code, detail + listed)
    return FailedRow(
        failure.row, failure.entity_id, first.image_url or None, failure.code, failure.detail
    )


def _listed(refused: Sequence[RefusedImage]) -> str:
    return " ".join(f"{image.image_url[:MAX_SHOWN]}: {image.detail}" for image in refused)
