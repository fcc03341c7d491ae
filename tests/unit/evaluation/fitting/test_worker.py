"""A worker knows how near the nearest picture of another product is to each entry."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lookalike.evaluation.fitting.worker import WorkerState
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.pictures import Picture
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import VERSION, a_picture
from tests.unit.evaluation.fitting.builders import some_entries

BITS = (0, 10, 40, 90, 512)
"""How many bits of the deep hash are set, of each picture."""


def picture_with(number: int, bits: int) -> Picture:
    """A picture with so many bits set in its deep hashes."""
    picture = a_picture(number)
    deep = np.packbits(np.arange(512) < bits).tobytes()
    hashes = {
        name: deep if name.startswith("deep") else value
        for name, value in picture.fingerprint.hashes.items()
    }
    return replace(picture, fingerprint=replace(picture.fingerprint, hashes=hashes))


@pytest.fixture
def state(network: Network) -> WorkerState:
    """Five entries, the first two of one product."""
    entries = [replace(entry, domain="shop") for entry in some_entries(5, group_size=2)]
    pictures = [picture_with(n + 1, bits) for n, bits in enumerate(BITS)]
    storage = MemoryStorage(VERSION)
    storage.pictures.put_many(pictures)
    numbers = {picture.fingerprint_id: [n] for n, picture in enumerate(pictures)}
    fingerprinter = PictureFingerprinter(network)
    return WorkerState(entries, network, fingerprinter, storage, pictures, numbers)


def test_should_count_siblings_of_the_product_that_is_asked_about(state: WorkerState) -> None:
    assert state.nearest_other(0, asked=0) == 10
    assert state.nearest_other(1, asked=0) == 10


def test_should_leave_out_the_product_that_is_asked_about(state: WorkerState) -> None:
    """As if it were not in the catalogue, of which another one is a candidate."""
    assert state.nearest_other(2, asked=4) == 30
    assert state.nearest_other(2, asked=0) == 50
