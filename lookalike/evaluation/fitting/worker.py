"""What every worker process of the collection holds: the network, and an index of all entries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from PIL import Image

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.fitting.dataset import photograph
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.preparation import prepare
from lookalike.pictures import Fingerprint, Picture
from lookalike.storage.memory.storage import MemoryStorage
from lookalike.verification.candidate import Candidate
from lookalike.verification.features import similarity_features
from lookalike.verification.query import QueryPicture


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

    def related(self, number: int) -> list[int]:
        """The other entries of a photograph or a product, those of the photograph first."""
        own = self.entries[number]
        shown = [n for n in self._with_photograph[photograph(own)] if n != number]
        products = (n for n in self._of_product[own.group] if n != number)
        return list(dict.fromkeys([*shown, *products]))

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


def features_of(query: QueryPicture, stored: Picture) -> dict[str, float]:
    """The features of a query and one stored picture."""
    return similarity_features(Candidate(stored, query).verify())
