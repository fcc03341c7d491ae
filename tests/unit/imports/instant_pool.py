"""Pictures without files: what an import asks for is there at once, in its own process."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

from lookalike.errors import LookalikeError
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.fetching.fetcher import ImageFetcher, is_path
from lookalike.images.fetching.validators import NO_VALIDATORS, Validators
from lookalike.imports.picture_request import Outcome, PictureRequest, ReadPicture
from lookalike.local.imports.fingerprint_pool import FingerprintPool
from lookalike.pictures import Fingerprint
from tests.builders import a_fingerprint


class Files(ImageFetcher):
    """A folder whose files are numbers, each with a revision; web addresses have none."""

    def __init__(self) -> None:
        self.revisions: dict[str, str | LookalikeError] = {}

    def fetch(self, address: str) -> bytes:
        raise AssertionError(f"{address} is fetched by the process that only compares")

    def revision(self, address: str) -> str:
        found = self.revisions.get(address, "1" if is_path(address) else "")
        if isinstance(found, LookalikeError):
            raise found
        return found


class InstantPool(FingerprintPool):
    """Looks at pictures at once, in this process, and remembers which."""

    def __init__(self) -> None:
        super().__init__(Files, processes=2)
        self.outcomes: dict[str, Fingerprint | Outcome] = {}
        self.validators = NO_VALIDATORS
        self.known: list[Validators] = []
        self.tasks: list[list[str]] = []

    @property
    def seen(self) -> list[str]:
        return [address for task in self.tasks for address in task]

    def submit(self, requests: Sequence[PictureRequest]) -> Future[list[Outcome]]:
        self.tasks.append([request.address for request in requests])
        self.known += [request.known for request in requests]
        done: Future[list[Outcome]] = Future()
        done.set_result([self._outcome(request) for request in requests])
        return done

    def _outcome(self, request: PictureRequest) -> Outcome:
        number = int(request.address.rpartition("/")[2].removesuffix(".jpg"))
        fingerprint = a_fingerprint(number, version=ALGORITHM_VERSION)
        outcome = self.outcomes.get(request.address, fingerprint)
        if not isinstance(outcome, Fingerprint):
            return outcome
        is_known = request.known != NO_VALIDATORS and request.known == self.validators
        return ReadPicture(None if is_known else outcome, self.validators)
