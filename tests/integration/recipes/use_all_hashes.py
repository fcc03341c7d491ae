"""A program that computes, stores, indexes, finds and ranks pictures by every registered hash.

It is run on a copy of the product with a hash added, and prints what it found as JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from moto import mock_aws

from lookalike.fingerprint.layout import LAYOUTS
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.fingerprint.registry import HASHES
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.preparation import PreparedPicture, prepare
from lookalike.matching.calibration import Calibration
from lookalike.matching.catalogue_matcher import CatalogueMatcher
from lookalike.matching.check import CheckOptions
from lookalike.matching.geometric_verifier import GeometricVerifier
from lookalike.matching.retrieval import in_verification_order
from lookalike.pictures import Picture, VectorEntry
from lookalike.storage.interfaces import Neighbour, Storage
from lookalike.storage.memory.storage import MemoryStorage
from lookalike.storage.opensearch.schema import IndexSettings, document_hashes, index_document
from lookalike.storage.opensearch.search import _search
from lookalike.storage.sqlite.storage import EmbeddedStorage
from lookalike.verification.classifier import Classifier
from tests.builders import VERSION, a_product
from tests.contract.storage.moto_dynamodb import (
    StreamedVectors,
    a_client,
    a_storage,
    create_tables,
)
from tests.images import encoded, picture

COUNT = 4


def storages(folder: Path) -> Iterator[tuple[str, Storage]]:
    """Every kind of storage, empty."""
    yield "memory", MemoryStorage(VERSION)
    yield "sqlite", EmbeddedStorage(folder, VERSION)
    with mock_aws():
        client = a_client()
        create_tables(client)
        yield "dynamodb", a_storage(client, StreamedVectors(client))


def stored_and_found(
    storage: Storage, pictures: list[Picture], query: QueryFingerprint
) -> dict[str, Any]:
    """The hashes of the first picture as they come back, and the nearest on each hash."""
    storage.pictures.put_many(pictures)
    first = pictures[0].fingerprint_id
    back = storage.pictures.get_many([first])[first].fingerprint.hashes
    near = storage.vectors.nearest(query.rows, COUNT)
    return {
        "hashes": {field: value.hex() for field, value in back.items()},
        "nearest": {name: [(n.fingerprint_id, n.distance) for n in near[name]] for name in near},
    }


def opensearch(first: Picture, query: QueryFingerprint) -> dict[str, Any]:
    """What would be sent to OpenSearch."""
    document = index_document(VectorEntry.of(first.fingerprint))
    return {
        "properties": IndexSettings().mappings["properties"],
        "document": document,
        "hashes": {field: value.hex() for field, value in document_hashes(document).items()},
        "queries": {
            name: _search(layout, query.rows[name], 5, by_name=True)
            for name, layout in LAYOUTS.items()
        },
    }


def ranked() -> dict[str, list[str]]:
    """Neighbours of which one is near on the first hash and one on the last."""
    found = {h.layout.name: [Neighbour("first", 9), Neighbour("last", 9)] for h in HASHES}
    found[HASHES[0].layout.name] = [Neighbour("first", 0), Neighbour("last", 9)]
    found[HASHES[-1].layout.name] = [Neighbour("last", 0), Neighbour("first", 64)]
    return {
        "all": in_verification_order(found),
        "without": in_verification_order(found, HASHES[:-1]),
    }


def checked(fingerprinter: PictureFingerprinter, photo: PreparedPicture) -> list[str]:
    """The products that a check of a stored picture finds, with the shipped classifier."""
    storage = MemoryStorage(ALGORITHM_VERSION)
    stored = fingerprinter.fingerprint(photo)
    storage.pictures.put_many([Picture(stored, 0)])
    storage.products.put_many([a_product(1, fingerprint_id=stored.fingerprint_id)])
    verifier = GeometricVerifier(fingerprinter.network, Classifier.shipped(), Calibration.shipped())
    result = CatalogueMatcher(storage, fingerprinter, verifier).check(photo, CheckOptions())
    return [match.product.entity_id for match in result.matches]


def main() -> None:
    """Print what was stored and found; the argument is an empty folder."""
    fingerprinter = PictureFingerprinter(Network.load())
    images = [picture(300, 400, seed=n).effect_spread(20) for n in range(COUNT)]
    photos = [prepare(encoded(image, "PNG")) for image in images]
    fingerprints = [replace(fingerprinter.fingerprint(p), version=VERSION) for p in photos]
    pictures = [Picture(fingerprint, last_seen=0) for fingerprint in fingerprints]
    query = fingerprinter.query(photos[0])
    found = {
        "version": ALGORITHM_VERSION,
        "first": pictures[0].fingerprint_id,
        "computed": {field: value.hex() for field, value in fingerprints[0].hashes.items()},
        "storages": {
            kind: stored_and_found(storage, pictures, query)
            for kind, storage in storages(Path(sys.argv[1]))
        },
        "opensearch": opensearch(pictures[0], query),
        "ranked": ranked(),
        "checked": checked(fingerprinter, photos[0]),
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
