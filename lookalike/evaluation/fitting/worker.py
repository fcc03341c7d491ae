"""What every worker process of the collection holds: the network, and an index of all entries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.fitting.dataset import photograph
from lookalike.fingerprint.deep_hash import DeepHash
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.preparation import prepare
from lookalike.pictures import Fingerprint, Picture
from lookalike.storage.interfaces import Neighbour
from lookalike.storage.memory.storage import MemoryStorage
from lookalike.verification.candidate import Candidate
from lookalike.verification.features import similarity_features
from lookalike.verification.query import QueryPicture
from lookalike.verification.telling import OnQuery

NEIGHBOURS = 24
"""Pictures asked for to find the nearest one of another product."""


@dataclass
class WorkerState:
    """The state of one process.

    Attributes:
        entries: of the catalogues.
        network: loaded once.
        fingerprinter: with this network.
        storage: pictures of all entries.
        pictures: of every entry, by its number.
        numbers: entries by the fingerprint id of their picture.
    """

    entries: Sequence[Entry]
    network: Network
    fingerprinter: PictureFingerprinter
    storage: MemoryStorage
    pictures: list[Picture]
    numbers: dict[str, list[int]]
    _known_neighbours: dict[int, list[Neighbour]] = field(default_factory=dict)

    def related(self, number: int) -> list[int]:
        """The other entries of a photograph or a product, those of the photograph first."""
        product = self._of_product[self.entries[number].group]
        of_either = dict.fromkeys([*self.of_photograph(number), *product])
        return [each for each in of_either if each != number]

    def of_photograph(self, number: int) -> list[int]:
        """The entries that show the photograph of an entry, which is one of them."""
        return self._with_photograph[photograph(self.entries[number])]

    def nearest_other(self, number: int, asked: int) -> int:
        """Bits between the deep hashes of an entry and of the nearest other picture.

        Where the entry is of another product than the one that is asked about, pictures of the
        latter do not count, as if it were not in the catalogue.
        """
        product = {asked, *self.related(asked)}
        left_out = {number} if number in product else {number, *product}
        for neighbour in self._neighbours(number):
            if not left_out.issuperset(self.numbers[neighbour.fingerprint_id]):
                return neighbour.distance
        return DeepHash.layout.bits

    def _neighbours(self, number: int) -> list[Neighbour]:
        if number not in self._known_neighbours:
            name = DeepHash.layout.name
            hashed = self.pictures[number].fingerprint.hashes[DeepHash.layout.fields[0]]
            rows = {name: np.frombuffer(hashed, np.uint8)[None]}
            found = self.storage.vectors.nearest(rows, NEIGHBOURS)[name]
            self._known_neighbours[number] = found
        return self._known_neighbours[number]

    @cached_property
    def _with_photograph(self) -> dict[str, list[int]]:
        return _numbers_by(map(photograph, self.entries))

    @cached_property
    def _of_product(self) -> dict[str, list[int]]:
        return _numbers_by(entry.group for entry in self.entries)


def _numbers_by(names: Iterable[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for number, name in enumerate(names):
        found.setdefault(name, []).append(number)
    return found


_worker: list[WorkerState] = []


def worker() -> WorkerState:
    """The state of this process, once it is loaded."""
    return _worker[0]


def load() -> None:
    """Load the network of this process."""
    network = Network.load()
    fingerprinter = PictureFingerprinter(network)
    _worker[:] = [WorkerState([], network, fingerprinter, MemoryStorage(ALGORITHM_VERSION), [], {})]


def load_entries(entries: Sequence[Entry], fingerprints: Sequence[Fingerprint]) -> None:
    """Load the network and the pictures of all entries."""
    load()
    state = worker()
    state.entries = entries
    state.pictures = [Picture(fingerprint, last_seen=0) for fingerprint in fingerprints]
    for number, picture in enumerate(state.pictures):
        state.numbers.setdefault(picture.fingerprint_id, []).append(number)
    state.storage.pictures.put_many(state.pictures)


def fingerprint(path: Path) -> Fingerprint:
    """The fingerprint of a file."""
    return worker().fingerprinter.fingerprint(prepare(path.read_bytes()))


def photo(path: Path) -> Image.Image:
    """The picture in a file, in RGB."""
    with Image.open(path) as opened:
        return opened.convert("RGB")


def verified_as(query: QueryPicture, stored: Picture) -> tuple[dict[str, float], OnQuery | None]:
    """The features of a query and one stored picture, and that picture as it lies on the query."""
    candidate = Candidate(stored, query)
    verification = candidate.verify()
    features = similarity_features(verification)
    return features, OnQuery.of(verification, candidate.pyramid, features)
