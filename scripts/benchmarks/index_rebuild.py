"""How fast ``lookalike index rebuild`` fills an index, by the number of workers."""

from __future__ import annotations

import random
import time
from contextlib import closing
from statistics import median

from opensearchpy import OpenSearch

from lookalike.aws.index_rebuild import IndexRebuild
from lookalike.fingerprint.layout import LAYOUTS
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.pictures import VectorEntry
from lookalike.storage.opensearch.admin import IndexAdmin
from lookalike.storage.opensearch.client import connect
from lookalike.storage.opensearch.index_load import IndexLoad
from lookalike.storage.opensearch.schema import IndexSettings
from lookalike.storage.opensearch.service import OpenSearchService
from lookalike.storage.scan_progress import Cursor, ScanProgress
from scripts.benchmarks.report import Section, table
from scripts.benchmarks.search_node import search_node
from scripts.opensearch_server.server import FULL_SPEED, JavaOptions

PICTURES = 3_000
PAGE = 60
"""What DynamoDB reads at a time: a megabyte."""
PAGE_SECONDS = 0.04
"""How long the table takes for a page; assumed."""
WORKERS = (1, 2, 4)
ROUNDS = 3


class _Table:
    """Stands for the pictures table: a page comes after a moment."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._entries = [_entry(number) for number in range(count)]

    def entries(
        self, segment: int, segments: int, after: Cursor
    ) -> tuple[list[VectorEntry], Cursor]:
        """A page of a segment, which is every so manieth picture."""
        time.sleep(PAGE_SECONDS)
        own = self._entries[segment::segments]
        start = int(after["at"]) if after else 0
        end = start + PAGE
        return own[start:end], {"at": end} if end < len(own) else None


def _entry(number: int) -> VectorEntry:
    source = random.Random(number)  # noqa: S311 - repeatable
    hashes = {
        field: source.randbytes(layout.bits // 8)
        for layout in LAYOUTS.values()
        for field in layout.fields
        if field != "phash_trimmed"
    }
    return VectorEntry(f"{source.getrandbits(128):032x}", ALGORITHM_VERSION, hashes)


def measure(*, quick: bool) -> Section:
    """Fill a new index each time, with each number of workers in turns."""
    stored = _Table(PICTURES // 50 if quick else PICTURES)
    seconds: dict[int, list[float]] = {workers: [] for workers in WORKERS}
    with (
        search_node(JavaOptions("1g", FULL_SPEED)) as url,
        closing(connect(url, OpenSearchService.UNSIGNED)) as client,
    ):
        admin = IndexAdmin(client, ALGORITHM_VERSION)
        for _ in range(1 if quick else ROUNDS):
            for workers in WORKERS:
                seconds[workers].append(_filled(admin, client, stored, workers))
    return Section("An index is rebuilt", _text(stored.count, seconds))


def _filled(admin: IndexAdmin, client: OpenSearch, stored: _Table, workers: int) -> float:
    settings = IndexSettings(replicas=0)
    load = IndexLoad(client, admin.create(settings))
    load.begin()
    start = time.perf_counter()
    progress = ScanProgress("pictures", "", workers)
    IndexRebuild(stored, load, ALGORITHM_VERSION).run(progress, workers, lambda _: None)
    took = time.perf_counter() - start
    load.end(settings)
    return took


def _text(count: int, seconds: dict[int, list[float]]) -> str:
    medians = {workers: median(each) for workers, each in seconds.items()}
    rows = [
        [str(workers), f"{count / took:,.0f}", f"{medians[1] / took:.2f}"]
        for workers, took in medians.items()
    ]
    header = ["workers", "pictures a second", "of one worker"]
    explained = (
        f"`lookalike index rebuild` fills a new index of OpenSearch on this machine, as shipped, "
        f"with {count:,} pictures of random hashes; server and client share the cores. The table "
        f"is a stand-in that takes {PAGE_SECONDS * 1000:.0f} ms (assumed) for a page of {PAGE} "
        f"pictures. Medians of {len(seconds[1])} rounds, in turns; merging segments is not "
        "included. With more workers, pages are waited for and graphs are built at the same time."
    )
    return f"{explained}\n\n{table(header, rows)}"
