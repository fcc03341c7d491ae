"""Stores learn of the hashes without the libraries that compute them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from lookalike.fingerprint.layout import LAYOUTS
from lookalike.fingerprint.registry import HASHES

IMPORT_IN_A_NEW_PROCESS = """
import importlib, sys
importlib.import_module(sys.argv[1])
print(*sorted({name.split(".")[0] for name in sys.modules}))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "module",
    [
        "lookalike.fingerprint.layout",
        "lookalike.storage.dynamodb.storage",
        "lookalike.storage.opensearch.vectors",
    ],
)
def test_should_need_neither_pillow_nor_onnxruntime(module: str) -> None:
    """Functions that only move hashes are deployed without them."""
    answer = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", IMPORT_IN_A_NEW_PROCESS, module],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert {"numpy"} <= set(answer.stdout.split())
    assert {"PIL", "onnxruntime", "faiss"}.isdisjoint(answer.stdout.split())


def test_should_list_the_layout_of_every_hash_by_its_name() -> None:
    assert list(LAYOUTS.items()) == [(hash_.layout.name, hash_.layout) for hash_ in HASHES]
