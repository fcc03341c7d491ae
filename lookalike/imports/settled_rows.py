"""What has become of rows, counted as the batch that an import reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lookalike.catalogue.catalogue_row import CatalogueRow, failed_row
from lookalike.catalogue.registration import Registration
from lookalike.duplicates.arrival import Arrival, Refused
from lookalike.http.duplicate_found import DuplicateFoundError
from lookalike.imports.batch import Batch
from lookalike.storage.flags import Flag
from lookalike.storage.interfaces import PutOutcome


def with_changes(
    settled: Batch, registrations: Sequence[Registration], changes: Sequence[PutOutcome]
) -> Batch:
    """Rows that are settled, and products that were registered."""
    same = changes.count(PutOutcome.UNCHANGED)
    featureless = sum(item.images[0].fingerprint.is_featureless for item in registrations)
    return replace(
        settled,
        done=settled.done + len(changes) - same,
        unchanged=settled.unchanged + same,
        featureless=settled.featureless + featureless,
    )


def with_arrival(
    settled: Batch,
    row: CatalogueRow,
    registration: Registration,
    arrival: Arrival,
    flag: Flag | None,
) -> Batch:
    """Rows that are settled, and one after them that was checked before it was stored."""
    if not isinstance(arrival, Refused):
        batch = with_changes(settled, [registration], [arrival])
        is_flagged = flag is not None and flag.is_of(registration.product)
        return replace(batch, flagged=int(is_flagged and arrival is not PutOutcome.UNCHANGED))
    refused = failed_row(row, DuplicateFoundError.code, arrival.reason)
    # What is wrong with its pictures matters no more.
    others = tuple(each for each in settled.refused_images if each.row != row.number)
    return replace(settled, failures=(*settled.failures, refused), refused_images=others)
