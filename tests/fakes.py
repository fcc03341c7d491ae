"""Implementations of the interfaces that do what a test tells them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from PIL import Image

from lookalike.api.duplicates.runner import DuplicateRunner
from lookalike.api.imports.previewer import ImportPreview, ImportPreviewer, RecognisedColumns
from lookalike.api.imports.runner import ImportRunner
from lookalike.catalogue.sync_options import SyncOptions
from lookalike.duplicates.keeping import Keep
from lookalike.duplicates.on_duplicate import OnDuplicate
from lookalike.errors import ImageNotFoundError, ImageUnsupportedError
from lookalike.fingerprint.fingerprinter import Fingerprinter
from lookalike.fingerprint.query_fingerprint import DeferredQuery, QueryFingerprint
from lookalike.fingerprint.signature import CELL_BITS
from lookalike.images.fetching.fetcher import ImageFetcher
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.check import CheckOptions, CheckResult, Match
from lookalike.matching.effort import Effort
from lookalike.matching.finding import Evidence, Finding, Verdict
from lookalike.matching.matcher import Matcher
from lookalike.pictures import Fingerprint
from lookalike.storage.duplicates import DuplicateRun, DuplicateStore
from lookalike.storage.import_runs import FailedRow, ImportRun, ImportStore
from lookalike.storage.run_state import RunState
from tests.builders import VERSION, a_fingerprint, a_product

_FILE = b"picture "


def a_picture_file(number: int = 1) -> bytes:
    """What ``fake_prepare`` reads as the picture of that number."""
    return _FILE + str(number).encode()


def fake_prepare(data: bytes) -> PreparedPicture:
    """The picture of a number, which is its width in pixels; anything else is no image."""
    if not data.startswith(_FILE):
        raise ImageUnsupportedError("The bytes are not an image.")
    whole = Image.new("RGB", (8, 8))
    return PreparedPicture(whole, (0, 0, 8, 8), width=int(data[len(_FILE) :]), height=533)


class MemoryFiles:
    """Files in memory, with the methods of the objects of a bucket."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}

    def put(self, key: str, content: bytes) -> None:
        """Write a file, or replace it."""
        self.contents[key] = content

    def get(self, key: str) -> bytes | None:
        """The content of a file; ``None`` if it is not there."""
        return self.contents.get(key)


class FakeFetcher(ImageFetcher):
    """Knows the given addresses; an exception among them is raised."""

    def __init__(self, files: Mapping[str, bytes | Exception] | None = None) -> None:
        self.files = dict(files or {})

    def fetch(self, address: str) -> bytes:
        """The given bytes."""
        found = self.files.get(address, ImageNotFoundError("There is no such picture."))
        if isinstance(found, Exception):
            raise found
        return found


class FakeFingerprinter(Fingerprinter):
    """The fingerprint of the builders for the number that is the picture's width."""

    version = VERSION

    def __init__(self, quality: int = 80) -> None:
        self.quality = quality

    def fingerprint(self, picture: PreparedPicture) -> Fingerprint:
        """The same number, the same fingerprint."""
        fingerprint = a_fingerprint(picture.width, quality=self.quality)
        return replace(fingerprint, width=picture.width, height=picture.height)

    def query(self, picture: PreparedPicture) -> QueryFingerprint:
        """The fingerprint with nothing to search or to verify with."""
        return QueryFingerprint(self.fingerprint(picture), {}, np.empty((0, CELL_BITS), np.float32))

    def deferred_query(self, picture: PreparedPicture) -> DeferredQuery:
        """The deep hash of the fingerprint, and the fingerprint."""
        deep = np.frombuffer(self.fingerprint(picture).hashes["deep"], np.uint8)[None]
        return DeferredQuery(deep, lambda: self.query(picture))


def a_match(number: int = 1, percentage: float = 99.6) -> Match:
    """An edited copy of the picture of that number."""
    evidence = Evidence(
        phash_distance=14,
        deep_distance=60,
        flipped=True,
        rotation=0,
        area_of_query=1.0,
        area_of_match=0.81,
        outline_of_query=((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)),
        outline_of_match=((0.95, 0.05), (0.05, 0.05), (0.05, 0.95), (0.95, 0.95)),
    )
    return Match(a_product(number), percentage / 100, Verdict.EDITED_COPY, evidence)


class FakeMatcher(Matcher):
    """Finds what it is told to, and remembers what it was asked.

    Args:
        find: the matches for a picture; may raise.
    """

    def __init__(self, find: Callable[[PreparedPicture], tuple[Match, ...]] | None = None) -> None:
        self.find = find or (lambda picture: (a_match(picture.width),))
        self.options: list[CheckOptions] = []
        self.efforts: list[Effort] = []

    def check(self, picture: PreparedPicture, options: CheckOptions) -> CheckResult:
        """What ``find`` says."""
        self.options.append(options)
        query = FakeFingerprinter().query(picture)
        return CheckResult(self.find(picture), query, options.effort)

    def compare(
        self, a: PreparedPicture, b: PreparedPicture, effort: Effort = Effort.NORMAL
    ) -> Finding:
        """The first match of ``a``, as if it were ``b``."""
        self.efforts.append(effort)
        match = self.find(a)[0]
        fingerprint_id = FakeFingerprinter().fingerprint(b).fingerprint_id
        return Finding(fingerprint_id, match.probability, match.verdict, match.evidence)


class FakeDuplicateRunner(DuplicateRunner):
    """Accepts every search and leaves it at that."""

    def __init__(self, duplicates: DuplicateStore) -> None:
        self._duplicates = duplicates

    def start(self, min_match: float, order: tuple[Keep, ...]) -> DuplicateRun:
        """A run that has just begun."""
        number = len(self._duplicates.running()) + 1
        run = DuplicateRun(f"run-{number}", 1_000_000.0, min_match, tuple(map(str, order)))
        self._duplicates.put(run)
        return run

    def cancel(self, run_id: str) -> DuplicateRun:
        """The run, which has ended."""
        run = replace(self._duplicates.get(run_id), state=RunState.CANCELLED)
        self._duplicates.put(run)
        return run


class FakeImportRunner(ImportRunner):
    """Accepts every catalogue and leaves it at that."""

    def __init__(self, imports: ImportStore) -> None:
        self._imports = imports
        self.started: list[tuple[bytes, SyncOptions | None]] = []
        self.policies: list[OnDuplicate | None] = []
        self.columns: list[Mapping[str, str] | None] = []

    def start(
        self,
        catalogue: bytes,
        sync: SyncOptions | None = None,
        on_duplicate: OnDuplicate | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> ImportRun:
        """A run that has just begun."""
        self.started.append((catalogue, sync))
        self.policies.append(on_duplicate)
        self.columns.append(columns)
        run = ImportRun(import_id=f"run-{len(self.started)}", created_at=1_000_000.0)
        self._imports.put(run)
        return run

    def start_from(
        self,
        source: str,
        sync: SyncOptions | None = None,
        on_duplicate: OnDuplicate | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> ImportRun:
        """A run that has just begun."""
        return self.start(source.encode(), sync, on_duplicate, columns)

    def resume(self, import_id: str, *, retry_failed: bool = False) -> ImportRun:
        """The run, which goes on."""
        detail = "again" if retry_failed else ""
        run = replace(self._imports.get(import_id), state=RunState.RUNNING, detail=detail)
        self._imports.put(run)
        return run

    def cancel(self, import_id: str) -> ImportRun:
        """The run, cancelled."""
        run = replace(self._imports.get(import_id), state=RunState.CANCELLED, finished_at=2e6)
        self._imports.put(run)
        return run


class FakeImportPreviewer(ImportPreviewer):
    """Finds in every catalogue one new product, and one row that is refused."""

    def __init__(self) -> None:
        self.asked: list[tuple[bytes, SyncOptions | None]] = []
        self.columns: list[Mapping[str, str] | None] = []

    def preview(
        self,
        catalogue: bytes,
        sync: SyncOptions | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> ImportPreview:
        """What was prepared."""
        self.asked.append((catalogue, sync))
        self.columns.append(columns)
        fields, available = (
            {"entity_id": "Handle", "image_url": "Bild"},
            ["Handle", "Bild", "Title"],
        )
        examples = {"Handle": "1", "Bild": "1.jpg"}
        recognised = RecognisedColumns(fields, [], ["Title"], [], available, examples)
        failure = FailedRow(3, None, None, "row_refused", "The row has no entity_id.")
        samples = {"added": ["1"], "changed": [], "deleted": []}
        return ImportPreview("CSV", recognised, 2, 1, 0, 0, 1, [failure], samples)


class Clock:
    """Goes on when the test says so."""

    now = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now
