"""Items of a part as files that DynamoDB imports from S3: gzip of DynamoDB JSON, one in a line."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.exports.registration import exported_registration
from lookalike.catalogue.registration import Registration
from lookalike.errors import CatalogueError
from lookalike.pictures import Fingerprint, Picture
from lookalike.spark.output_folder import OutputFolder, part_name
from lookalike.spark.part_import import PartOutcome, rows_of_part
from lookalike.storage.dynamodb.attributes import Item
from lookalike.storage.dynamodb.further_pictures import further_items
from lookalike.storage.dynamodb.items import picture_item, product_item

PRODUCTS = "dynamodb/products"
PICTURES = "dynamodb/pictures"
_SUFFIX = ".json.gz"


@dataclass(frozen=True, slots=True)
class PartTables:
    """Writes the items of parts.

    Attributes:
        output: where to.
        last_seen: of all pictures, in seconds since the epoch (UTC).
    """

    output: OutputFolder
    last_seen: int

    def run(self, part: int, owned: Collection[str]) -> PartOutcome:
        """Write the items of a part; those of its pictures come last.

        Args:
            part: its number.
            owned: fingerprint ids of its pictures that no other part writes.
        """
        registrations = list(registrations_of_part(self.output, part))
        pictures = {key: each for key, each in _fingerprints(registrations).items() if key in owned}
        items = [item for each in registrations for item in _product_items(each)]
        self._put(PRODUCTS, part, items)
        seen = (picture_item(Picture(each, self.last_seen)) for each in pictures.values())
        self._put(PICTURES, part, seen)
        return PartOutcome(part, len(items) + len(pictures))

    def _put(self, folder: str, part: int, items: Iterable[Item]) -> None:
        lines = (json.dumps({"Item": item}, default=_base64) + "\n" for item in items)
        content = gzip.compress("".join(lines).encode(), mtime=0)
        self.output.put(f"{folder}/{part_name(part)}{_SUFFIX}", content)


def registrations_of_part(output: OutputFolder, part: int) -> Iterator[Registration]:
    """The registrations of a part's products.

    Raises:
        LookalikeError: the part is damaged, or of another algorithm version.
    """
    for row in rows_of_part(output, part):
        if not isinstance(row, CatalogueRow):
            raise CatalogueError(f"{part_name(part)} is damaged. {row.detail}")
        yield exported_registration(row)


def pictures_of_part(output: OutputFolder, part: int) -> list[Fingerprint]:
    """The fingerprints of a part's pictures, each once."""
    return list(_fingerprints(registrations_of_part(output, part)).values())


def _fingerprints(registrations: Iterable[Registration]) -> dict[str, Fingerprint]:
    fingerprints = (image.fingerprint for each in registrations for image in each.images)
    return {fingerprint.fingerprint_id: fingerprint for fingerprint in fingerprints}


def _product_items(registration: Registration) -> list[Item]:
    product = registration.product
    return [product_item(product), *further_items(product)]


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
