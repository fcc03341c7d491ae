"""Refused rows as an import keeps them."""

from __future__ import annotations

from dataclasses import replace

from lookalike.catalogue.product_limits import MAX_ENTITY_ID_LENGTH, MAX_URL_LENGTH
from lookalike.storage.import_runs import FailedRow


def shortened(failure: FailedRow) -> FailedRow:
    """The row with cells of no more than the lengths that products may have."""
    entity_id, image_url = failure.entity_id, failure.image_url
    return replace(
        failure,
        entity_id=entity_id and entity_id[:MAX_ENTITY_ID_LENGTH],
        image_url=image_url and image_url[:MAX_URL_LENGTH],
    )
