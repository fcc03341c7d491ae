"""A picture as an export has it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExportedPicture:
    """All that is needed to register a picture of a product without reading it.

    Attributes:
        fingerprint_id: of the picture.
        fingerprint_json: as ``fingerprint_to_json`` writes it; not validated.
        source_revision: as ``ProductImage`` has it.
    """

    fingerprint_id: str
    fingerprint_json: str
    source_revision: str
