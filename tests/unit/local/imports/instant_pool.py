"""Pictures without files: what an import asks for is there at once, in its own process."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

from lookalike.errors import LookalikeError
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.fetching.fetcher import ImageFetcher
from lookalike.local.imports.fingerprint_pool import FingerprintPool
from lookalike.local.imports.fingerprint_worker import Outcome
from tests.builders import a_fingerprint


class Files(ImageFetcher):
    """A folder whose files are numbers, each with a revision."""

    def __init__(self) -> None:
        self.revisions: dict[str, str | LookalikeError] = {}

    def fetch(self, address: str) -> bytes:
        raise AssertionError(f"{address} is fetched by the process that only compares")

    def revision(self, address: str) -> str:
        found = self.revisions.get(address, "1")
        if isinstance(found, LookalikeError):
            raise found
        return found


class InstantPool(FingerprintPool):
    """Looks at pictures at once, in this process, and remembers which."""

    def __init__(self) -> None:
        super().__init__(Files, processes=2)
        self.outcomes: dict[str, Outcome] = {}
        self.tasks: list[list[str]] = []

    @property
    def seen(self) -> list[str]:
        return [address for task in self.tasks for address in task]

    def submit(self, addresses: Sequence[str]) -> Future[list[Outcome]]:
        self.tasks.append(list(addresses))
        done: Future[list[Outcome]] = Future()
        done.set_result([self._outcome(address) for address in addresses])
        return done

    def _outcome(self, address: str) -> Outcome:
        number = int(address.removesuffix(".jpg"))
        return self.outcomes.get(address, a_fingerprint(number, version=ALGORITHM_VERSION))
