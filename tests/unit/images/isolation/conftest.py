"""Decoders that some files are deadly to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from lookalike.images.isolation.pool import DecodePool

DEADLY = "tests.deadly_decoder"


@pytest.fixture(scope="module")
def pool() -> Iterator[DecodePool]:
    """Two decoders, which are warm."""
    with closing(DecodePool(2, DEADLY, seconds=1.0)) as pool:
        yield pool
