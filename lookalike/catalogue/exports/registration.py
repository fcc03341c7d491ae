"""Registers products of an export with the fingerprints that it holds."""

from __future__ import annotations

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.exports.exported_picture import ExportedPicture
from lookalike.catalogue.registration import RegisteredImage, Registration
from lookalike.errors import BadParameterError, OutdatedFingerprintError, RowRefusedError
from lookalike.fingerprint.fingerprint_json import fingerprint_from_json
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.pictures import Fingerprint


def exported_registration(row: CatalogueRow) -> Registration:
    """The product of a row, with the fingerprints that the row has.

    Raises:
        OutdatedFingerprintError: a fingerprint is of another algorithm version.
        RowRefusedError: a fingerprint is damaged.
    """
    images = [
        RegisteredImage(image_url or None, _fingerprint(picture), picture.source_revision)
        for image_url, picture in zip(row.image_urls, row.pictures, strict=True)
    ]
    return Registration(row.entity_id, row.sku, images, row.attributes)


def _fingerprint(picture: ExportedPicture) -> Fingerprint:
    try:
        fingerprint = fingerprint_from_json(picture.fingerprint_json)
    except BadParameterError as error:
        raise RowRefusedError(f"The fingerprint is damaged. {error.detail}") from error
    if fingerprint.version != ALGORITHM_VERSION:
        raise OutdatedFingerprintError(
            f"The fingerprint has the algorithm version {fingerprint.version}, this release "
            f"{ALGORITHM_VERSION}: the two are never compared. Import the file without its column "
            "fingerprint_json, so that the pictures themselves are read."
        )
    if fingerprint.fingerprint_id != picture.fingerprint_id:
        raise RowRefusedError("The fingerprint is that of another picture than fingerprint_id.")
    return fingerprint
