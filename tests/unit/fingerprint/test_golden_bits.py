"""The bits of some pictures are held fixed, so that a library upgrade cannot change them unseen.

Where they change on purpose, ``RECIPE`` in ``lookalike.fingerprint.version`` (or the
network's digest) must change too, and then the values here.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from PIL import Image

from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.preparation import PreparedPicture, prepare
from tests.images import encoded

GOLDEN_VERSION = "2-7bb87cbd"
GOLDEN_ID = "a11a6d99fe53fb8022b499715c3db499"
GOLDEN = {
    "00208c77-ee58-4b63-bc1a-b9b3aa4f1be0.jpg": {
        "phash": "ba87a5e785e2d442",
        "deep": (
            "a5f080875d133b878e26986294f50088a1c2c2c281c13afe9ff04a95c6a9888b"
            "01c909fb243dce1010317a67e3836c1ed4e7da817df7adc286ac4e70f4c7afef"
        ),
        "deep_centre": (
            "fd7084030d5227a5f02a9560c465186cb360ed8029e5681e95f59e9dc7b8a223"
            "73cc5d79e5b564b422effa4b2a3e2a98a2e259ac7b66e4538286629cf2e6dc69"
        ),
    },
    "2744c41a-24e4-4023-ba01-d2123de33a63.jpg": {
        "phash": "c0d97ee2518eb1cc",
        "deep": (
            "1abe5f0e2454fbb3130e78d456b723c55689c06afb524f9599da41fddd2e2410"
            "07bb849bf08097c4b882a50dbb41944eb641e4fbd3d1d27dd79558819da38eff"
        ),
        "deep_centre": (
            "42ac3209c450ffbb200a68b557b7b784d4faf06c7b72de99b1fc81b64e2e201d"
            "ebfbc02ae0d1d614189ea58eda4811061201f59b9ac1fa7c9a945be585c2be3f"
        ),
    },
    "618876ca-630c-4eb4-98ca-07c60124ef54.jpg": {
        "phash": "b030875f4ca573f2",
        "deep": (
            "19a043cc2a76329a1b4cc846be83ab9ceea4b4ca2aee8697cb5b4dc29079df82"
            "5a75f91d821160e96a044b9fd49d3c09153ea4fbd359ccfd7ce733650def1dd3"
        ),
        "deep_centre": (
            "0ba977eb54e632fa9b484c4eb6b3f3f447aebdce6adc8e1defde62d3bc7b9e12"
            "0af5fd74a21110a55aa85b8fccb5170d0933a4fbdb88eeedf217d3656fe70fda"
        ),
    },
    "d26d25be-5143-449b-84f8-a4c493001790.jpg": {
        "phash": "d5622abd51961eca",
        "deep": (
            "de6a8f420574678bac237218e0fbc7c41dcef45879a0d909fba2cb5e642c7f3f"
            "30a94d7ef9084c2600835c95c402266dbbc312c9da8af69135188dbf14146bd4"
        ),
        "deep_centre": (
            "52428a444174438fa50bf73cb37f5f6415cc1161fbb1ac8b3aa2cb1c042a3d1b"
            "9289d75bf8884c53b88b38954209c4eeb8c2b691fac8d2f02f08e884941ceb7f"
        ),
    },
    "678edcd0-607e-433d-8433-46e11fb24df3.jpg": {
        "phash": "cd99333634ccc333",
        "phash_trimmed": "cd893336346cc573",
        "deep": (
            "37baae5a30c1a20b367a8a42db497e1d18528829b2d8a785ebd25a198a5c3fb5"
            "0810d5cce1b311d5c00b9012c713632cba2a4c313a98b2bcc8c2199d1dbdc2e5"
        ),
        "deep_centre": (
            "07acae4d7ae0a29336f68af6d75cdffc3014c8a930d4a5916a737b9da0163f2e"
            "0810f54c20bb9141ca899602e61bab6c98b16d792b38b7b888d41dbdaf9df67d"
        ),
    },
}
GOLDEN_CELLS = {
    "00208c77-ee58-4b63-bc1a-b9b3aa4f1be0.jpg": (
        "ae9ee7793e2b2d0f702a7bf0a480362fad2cf719b2402dfb1291b0281c9e00f8"
        "3fd0c579bb31585112fed617bd3443a18fb0e2396a7369f3f3df4f004c5cc30e"
    ),
    "2744c41a-24e4-4023-ba01-d2123de33a63.jpg": (
        "ae3a6459ae0a6150daeb00d0468ec4f82bf054729abf69ca315e51d0508cbd8f"
        "2ab11471c8aa53c8c4ce4bd806cbb613269b2e2d9b6b3769d844a25f380e0f80"
    ),
    "618876ca-630c-4eb4-98ca-07c60124ef54.jpg": (
        "ae3e6d5a868b350beb2ddfdb74c9ebc7af9c657b86a1115f732ffe836680b288"
        "26d0d47094bb505d6029fb11aac236382f8487681635b14b622d97d826cbc3d5"
    ),
    "d26d25be-5143-449b-84f8-a4c493001790.jpg": (
        "a01dd518140a2d591161d571ce82cec1aebe265f962b07c9a97ef25e884c6688"
        "acbf67438f8b76cd7c511454d0de48fd66998e0a9c6ba3499dd7c0e4591548cc"
    ),
    "678edcd0-607e-433d-8433-46e11fb24df3.jpg": (
        "a61aed1816c839137b7efe73768fb60c369a5d029ce1370ff475cafdf1e40a66"
        "271f5c428e9112041951c8e448be408826bbcd2e8e9372947c667cc69cc07ba1"
    ),
}
"""Of every 98th place, from the signature."""
OTHER_CPU_BITS = 4
"""Kernels of other CPUs add in another order, and 512 planes have a few pictures close by."""


def _distance(a: bytes, b: bytes) -> int:
    return (int.from_bytes(a) ^ int.from_bytes(b)).bit_count()


def test_should_be_pinned_for_this_version() -> None:
    assert ALGORITHM_VERSION == GOLDEN_VERSION, "pin the bits of the new version here"


@pytest.mark.parametrize("name", GOLDEN)
def test_should_keep_every_bit_of_the_phash(
    name: str,
    prepared_samples: Mapping[str, PreparedPicture],
    fingerprinter: PictureFingerprinter,
) -> None:
    hashes = fingerprinter.fingerprint(prepared_samples[name]).hashes
    found = {field: value.hex() for field, value in hashes.items() if len(value) == 8}
    assert found == {field: bits for field, bits in GOLDEN[name].items() if len(bits) == 16}


@pytest.mark.parametrize("name", GOLDEN)
@pytest.mark.parametrize("field", ["deep", "deep_centre"])
def test_should_keep_the_deep_hash_but_for_a_few_bits(
    name: str,
    field: str,
    prepared_samples: Mapping[str, PreparedPicture],
    fingerprinter: PictureFingerprinter,
) -> None:
    found = fingerprinter.fingerprint(prepared_samples[name]).hashes[field]
    assert _distance(found, bytes.fromhex(GOLDEN[name][field])) <= OTHER_CPU_BITS


@pytest.mark.parametrize("name", GOLDEN_CELLS)
def test_should_keep_the_codes_of_cells_but_for_a_few_bits(
    name: str,
    prepared_samples: Mapping[str, PreparedPicture],
    fingerprinter: PictureFingerprinter,
) -> None:
    signature = fingerprinter.fingerprint(prepared_samples[name]).signature
    found = b"".join(signature[8 * place : 8 * place + 8] for place in range(0, 784, 98))
    assert _distance(found, bytes.fromhex(GOLDEN_CELLS[name])) <= OTHER_CPU_BITS


def test_should_keep_the_id_of_a_picture(fingerprinter: PictureFingerprinter) -> None:
    """Of a lossless file: JPEG decoders may differ by a level, which changes an id."""
    levels = np.arange(64 * 48 * 3, dtype=np.uint32) * 2654435761 >> 24
    drawn = Image.fromarray(levels.astype(np.uint8).reshape(48, 64, 3))
    prepared = prepare(encoded(drawn, "PNG"))
    assert fingerprinter.fingerprint(prepared).fingerprint_id == GOLDEN_ID
