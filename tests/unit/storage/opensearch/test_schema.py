"""What is written to OpenSearch, and how far salted hashes are apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.fingerprint.layout import LAYOUTS
from lookalike.pictures import VectorEntry
from lookalike.storage.opensearch.schema import (
    SALT_BYTES,
    SALT_DISTANCE,
    SERVERLESS_SETTINGS,
    Engine,
    IndexSettings,
    document_hashes,
    index_document,
)
from tests.builders import VERSION, a_vector_entry, some_hashes

FIELDS = {field: layout.bits for layout in LAYOUTS.values() for field in layout.fields}


def bits_of(signed: list[int]) -> int:
    return int.from_bytes(byte % 256 for byte in signed)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 1_000))
def test_should_add_the_same_to_every_distance(fingerprint_id: str, number: int) -> None:
    """Whatever the picture: a query ends in zeros."""
    hashes = some_hashes(number, trimmed=True)
    document = index_document(VectorEntry(fingerprint_id, VERSION, hashes))

    for field, stored in hashes.items():
        query = int.from_bytes(bytes(len(stored)) + bytes(SALT_BYTES))
        hamming = int.from_bytes(stored).bit_count()
        assert (bits_of(document[field]) ^ query).bit_count() == hamming + SALT_DISTANCE


def test_should_tell_pictures_with_one_hash_apart() -> None:
    """Of 1,000 vectors that would be equal, hardly two are."""
    hashes = some_hashes(1)
    vectors = {
        tuple(index_document(VectorEntry(f"{number}", VERSION, hashes))["phash"])
        for number in range(1_000)
    }

    assert len(vectors) > 950


def test_should_give_back_the_hashes_of_a_document() -> None:
    entry = VectorEntry("a", VERSION, some_hashes(1, trimmed=True))

    assert document_hashes(index_document(entry)) == entry.hashes


def test_should_write_signed_bytes_and_leave_out_what_a_picture_lacks() -> None:
    document = index_document(a_vector_entry(1))

    assert set(document) == {"fingerprint_id", "phash_exact", *FIELDS} - {"phash_trimmed"}
    assert all(-128 <= byte <= 127 for field in ("phash", "deep") for byte in document[field])
    assert document["phash_exact"] == [some_hashes(1)["phash"].hex()]


def test_should_name_each_hash_once() -> None:
    same = {"phash": bytes(8), "phash_trimmed": bytes(8)}

    assert index_document(VectorEntry("a", VERSION, same))["phash_exact"] == ["00" * 8]


@pytest.mark.parametrize("engine", list(Engine))
def test_should_map_every_field_as_binary_and_accept_no_other(engine: Engine) -> None:
    mappings = IndexSettings(engine, m=24, ef_construction=200).mappings

    assert mappings["dynamic"] == "strict"
    for field, bits in FIELDS.items():
        assert mappings["properties"][field] == {
            "type": "knn_vector",
            "dimension": bits + 8 * SALT_BYTES,
            "data_type": "binary",
            "space_type": "hamming",
            "method": {
                "name": "hnsw",
                "engine": engine.value,
                "parameters": {"m": 24, "ef_construction": 200},
            },
        }


def test_should_leave_to_a_collection_what_it_decides_itself() -> None:
    assert SERVERLESS_SETTINGS.settings == {"knn": True}
