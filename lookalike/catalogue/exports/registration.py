"""Registers products of an export with the fingerprints that it holds."""

from __future__ import annotations

from collections.abc import Mapping

from lookalike.catalogue.exports.columns import ExportedPicture
from lookalike.catalogue.registration import RegisteredImage, Registration
from lookalike.errors import BadParameterError, OutdatedFingerprintError, RowRefusedError
from lookalike.fingerprint.fingerprint_json import fingerprint_from_json
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.pictures import Fingerprint


def exported_registration(
    entity_id: str,
    sku: str,
    image_url: str,
    attributes: Mapping[str, str],
    picture: ExportedPicture,
) -> Registration:
    """The product of a row, with the fingerprint that the row has.

    Raises:
        OutdatedFingerprintError: the fingerprint is of another algorithm version.
        RowRefusedError: the fingerprint is damaged.
    """
    return Registration(
        entity_id=entity_id,
        sku=sku,
        images=[RegisteredImage(image_url or None, _fingerprint(picture), picture.source_revision)],
        attributes=attributes,
    )


def _fingerprint(picture: ExportedPicture) -> Fingerprint:
    try:
        fingerprint = fingerprint_from_json(picture.fingerprint_json)
    except BadParameterError as error:
        raise RowRefusedError(f"The fingerprint is damaged. {error.detail}") from error
    if fingerprint.version != ALGORITHM_VERSION:
        raise OutdatedFingerprintError(
            f"The fingerprint has the algorithm version {fingerprint.version}, this release "
            f"{ALGORITHM_VERSION}: the two are never compared. To read the pictures themselves, "
            "import with --read-pictures."
        )
    if fingerprint.fingerprint_id != picture.fingerprint_id:
        raise RowRefusedError("The fingerprint is that of another picture than fingerprint_id.")
    return fingerprint
