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

GOLDEN_VERSION = "5-7bb87cbd"
GOLDEN_ID = "a7efd524e04c98bbaae920bddb6226ae"
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
            "1abe5f0e2454fbb3130e78d456b723c57689806afe524f9599da41fddd2e2410"
            "07bb809bf09096c4b882a50db3419c4ea641e4fbd3d1d27dd795588195a38eff"
        ),
        "deep_centre": (
            "42ac3209c450ffbb200a69b557b7b784d4fbf06c7b72df99b1fc80b65e2e201d"
            "e3bbc02ae0d1d614389aa58eda4913021201f59b98c1fa7c92945be585c2be3f"
        ),
    },
    "618876ca-630c-4eb4-98ca-07c60124ef54.jpg": {
        "phash": "b030875f4ca573f2",
        "deep": (
            "11a042ecaa76329a1b4c8846bc83ba8ceea5b4da2afca617cb5a4dc21039df82"
            "5a75f91c8a01e0e96a044b07d49d3c09831eacfbd359ccfd7ce63bed07ef5dd2"
        ),
        "deep_centre": (
            "8ba977eb54e632fa994848cebea3f3f447aebdce2ad4ae1deffe62c3bcfb9e02"
            "0ae5fd74a23130ad5aa84b8fccb517058933a5fbdb88ee6d725753656fe60dda"
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
            "37baae523089a20b24f28a42db097e9d18528028b2d82785b7d2fb890a5e1fb5"
            "0810b5cce1bb15d5c40b9412c61b673cba086835bb9cb2bdc8ca19bd1dbdc2e7"
        ),
        "deep_centre": (
            "07acae4d7ae0a29336f68af6d71cdffc3014c8a930d4879163733b9da0173f26"
            "0810f54e20bb9141ca899602e61bab6c98b06d792a38b7b888d41d9daf9df675"
        ),
    },
}
GOLDEN_CELLS = {
    "00208c77-ee58-4b63-bc1a-b9b3aa4f1be0.jpg": (
        "ae9ee7793e2b2d0f702a7bf0a480362fad2cf719b2402dfb1291b0281c9e00f8"
        "3fd0c579bb31585112fed617bd3443a18fb0e2396a7369f3f3df4f004c5cc30e"
    ),
    "2744c41a-24e4-4023-ba01-d2123de33a63.jpg": (
        "ae3a6c599e0a61d0daeb00c046cec4f82bf054729abf69ca315e71d0508cbd8f"
        "2ab19471c8ae41c8ccce4bd806cab603269b2e2d9b6b3769d844a2df380e0f80"
    ),
    "618876ca-630c-4eb4-98ca-07c60124ef54.jpg": (
        "ae3e6d4a968b350bef2dffdb74c9cbc7ae9c457b86a9115f736ffec36e80b289"
        "2650d450d4bb525d6029fb11aaca36282f01042096b59158662fbfda36cbc3d5"
    ),
    "d26d25be-5143-449b-84f8-a4c493001790.jpg": (
        "a01dd518140a2d591161d571ce82cec1aebe665f962b03c9a97ef25e884c6688"
        "acbf67438f8b76cd7c53155450de48dd66998e0a9c6ba3499dd7c0e4591548ec"
    ),
    "678edcd0-607e-433d-8433-46e11fb24df3.jpg": (
        "a61a6d185eca31117b7edee3560fb68c369a5d021cc07309d475cafdf1e48a62"
        "271f5c429e8112081951e8e448be40882e3bcf6e0e9a72947c667cc694c07ba5"
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
