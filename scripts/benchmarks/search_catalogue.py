"""A growing synthetic catalogue in OpenSearch, with an exact index in memory to compare with."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from lookalike.fingerprint.deep_hash import DeepHash
from lookalike.fingerprint.layout import HashRows
from lookalike.fingerprint.phash import PHash
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.matching.retrieval import nearest_for
from lookalike.pictures import Picture, VectorEntry
from lookalike.storage.binary_index import BinaryIndex
from lookalike.storage.numpy_search import numpy_knn
from lookalike.storage.opensearch.admin import IndexAdmin
from lookalike.storage.opensearch.client import Cluster, connect
from lookalike.storage.opensearch.schema import IndexSettings
from lookalike.storage.opensearch.service import OpenSearchService
from lookalike.storage.opensearch.vectors import OpenSearchVectors
from lookalike.storage.refusals import FIELD_BYTES
from lookalike.storage.retries import RetryPolicy
from scripts.benchmarks.search_node import search_node
from scripts.benchmarks.synthetic_catalogue import (
    BATCH,
    Packed,
    bases_of,
    noisy,
    sample_fingerprints,
    synthetic_pictures,
)
from scripts.benchmarks.timing import Samples, timed
from scripts.opensearch_server.server import FULL_SPEED, JavaOptions

SETTINGS = IndexSettings(replicas=0, refresh_seconds=30)
"""As shipped, except for a single node and for loading a whole catalogue at once."""
HEAP = "2g"
FULL_SPEED_JAVA = JavaOptions(HEAP, FULL_SPEED)
APART = 0.25
"""Share of bits in which synthetic photographs differ from the real one they are derived from,
unless the real ones are copied."""
COPIES = 5
"""Noisy copies of each synthetic photograph, on average."""
EQUAL_SHARE = 0.1
"""Share of pictures that have all hashes of one of ``TEMPLATES`` pictures."""
TEMPLATES = 20
FORMS = {"no border": 8, "with border": 16}
"""Number of pHash rows of a query."""
_RETRIES = RetryPolicy(timeout=300, deadline=1_800)

Query = dict[str, HashRows]


@dataclass(frozen=True)
class SearchWorkload:
    """How much is measured.

    Attributes:
        sizes: ascending numbers of pictures; each is loaded on top of the one before.
        bases: number of sample photographs that pictures are derived from.
        queries: number of queries of each kind.
        java: options of the server.
    """

    sizes: tuple[int, ...] = (100_000, 1_000_000)
    bases: int = 200
    queries: int = 400
    java: JavaOptions = FULL_SPEED_JAVA


QUICK = SearchWorkload(sizes=(300, 600), bases=3, queries=2, java=JavaOptions())


@dataclass(frozen=True)
class Found:
    """The recall on one hash.

    Attributes:
        nearest: share of queries whose first hit is as near as the nearest picture.
        all: share of the requested hits that are as near as the last exact one.
    """

    nearest: float
    all: float


@dataclass(frozen=True)
class Result:
    """Figures of one size; ``load`` in seconds, ``size`` in bytes, the others by kind of query."""

    pictures: int
    load: float
    size: int
    segments: int
    found: dict[str, dict[str, Found]]
    times: dict[str, Samples]


class Catalogue:
    """Pictures in OpenSearch, and in an exact index to compare with.

    Args:
        client: of the server.
        vectors: the index on the server.
        workload: how much is measured.
        apart: share of bits in which photographs differ from the real one they are derived from;
            0: all are copies of the real ones.
    """

    def __init__(
        self, client: Cluster, vectors: OpenSearchVectors, workload: SearchWorkload, apart: float
    ) -> None:
        self._cluster = client
        self._vectors = vectors
        self._workload = workload
        self._apart = apart
        self._bases = bases_of(sample_fingerprints(workload.bases))
        self._exact = BinaryIndex()
        self._source = np.random.default_rng(1)
        self._templates: list[Picture] = []
        self._drawn: list[Picture] = []

    def grown_to(self, size: int) -> Result:
        """Add pictures up to this size, and measure."""
        before = self._exact.snapshot.count
        load = sum(self._load(self._with_equals(some)) for some in self._generated(size - before))
        load += timed(self._settle)[0]
        asked = {kind: self._queries(forms) for kind, forms in FORMS.items()}
        stats = self._cluster.request("GET", "/_stats/store,segments")["_all"]["total"]
        return Result(
            pictures=size,
            load=load,
            size=stats["store"]["size_in_bytes"],
            segments=stats["segments"]["count"],
            found={kind: self._found(queries) for kind, queries in asked.items()},
            times={kind: self._times(queries) for kind, queries in asked.items()},
        )

    def _generated(self, number: int) -> Iterator[list[Picture]]:
        """Noisy copies of synthetic photographs, which are real ones with more noise."""
        for first in range(0, number, BATCH):
            count = min(BATCH, number - first)
            rows = self._source.integers(
                0, len(self._bases[PHash.layout.name]), -(-count // COPIES)
            )
            photographs = noisy(self._bases, rows, self._source, self._apart)
            yield from synthetic_pictures(count, photographs, self._source)

    def _with_equals(self, pictures: Sequence[Picture]) -> list[Picture]:
        """The pictures, some with the hashes of another one, as recoloured pictures have."""
        self._templates = self._templates or list(pictures[:TEMPLATES])
        equal = self._source.random(len(pictures)) < EQUAL_SHARE
        models = self._source.integers(0, len(self._templates), len(pictures))
        return [
            _like(picture, self._templates[model]) if is_equal else picture
            for picture, is_equal, model in zip(pictures, equal, models, strict=True)
        ]

    def _load(self, pictures: Sequence[Picture]) -> float:
        entries = [VectorEntry.of(picture.fingerprint) for picture in pictures]
        first = self._exact.snapshot.count
        columns = {field: [each.hashes.get(field) for each in entries] for field in FIELD_BYTES}
        ids = [each.fingerprint_id for each in entries]
        self._exact.append(range(first, first + len(ids)), ids, columns)
        self._drawn += pictures[:: max(1, len(pictures) // self._workload.queries)]
        return timed(partial(self._vectors.add, entries))[0]

    def _settle(self) -> None:
        """Wait until all pictures are searchable and all merges have ended."""
        self._cluster.request("POST", "/_refresh")
        while self._cluster.request("GET", "/_stats/merge")["_all"]["total"]["merges"]["current"]:
            time.sleep(1)

    def _queries(self, forms: int) -> list[Query]:
        """Noisy copies of stored pictures; their other forms resemble other pictures."""
        rows = self._source.integers(0, len(self._drawn), self._workload.queries)
        copies = noisy(bases_of([p.fingerprint for p in self._drawn]), rows, self._source)
        return [self._query(copies, row, forms) for row in range(len(rows))]

    def _query(self, copies: Packed, row: int, forms: int) -> Query:
        others = self._source.integers(0, len(self._bases[PHash.layout.name]), forms - 1)
        turned = noisy(self._bases, others, self._source, APART)[PHash.layout.name]
        phash = np.concatenate([copies[PHash.layout.name][row : row + 1], turned])
        return {
            PHash.layout.name: phash,
            DeepHash.layout.name: copies[DeepHash.layout.name][row : row + 1],
        }

    def _found(self, queries: Sequence[Query]) -> dict[str, Found]:
        """The recall by hash, compared with exhaustive search."""
        limit = self._limit
        shares: dict[str, list[tuple[bool, float]]] = {
            PHash.layout.name: [],
            DeepHash.layout.name: [],
        }
        for query in queries:
            exact = self._exact.snapshot.nearest(query, limit, numpy_knn)
            found = self._vectors.nearest(query, limit)
            for name, of_hash in shares.items():
                near = [neighbour.distance for neighbour in found[name]]
                best, last = exact[name][0].distance, exact[name][-1].distance
                of_hash.append((near[0] == best, sum(d <= last for d in near) / len(exact[name])))
        return {
            name: Found(*map(float, np.mean(of_hash, axis=0))) for name, of_hash in shares.items()
        }

    def _times(self, queries: Sequence[Query]) -> Samples:
        """The durations; the same queries were asked before, so everything is in memory."""
        times = [timed(partial(self._vectors.nearest, query, self._limit)) for query in queries]
        return Samples(*np.array(times).T)

    @property
    def _limit(self) -> int:
        return nearest_for(self._exact.snapshot.count)


@contextmanager
def catalogue(workload: SearchWorkload, apart: float = APART) -> Iterator[Catalogue]:
    """An empty catalogue on a new server; see ``Catalogue``."""
    with (
        search_node(workload.java) as url,
        closing(connect(url, OpenSearchService.UNSIGNED)) as client,
    ):
        IndexAdmin(client, ALGORITHM_VERSION, retries=_RETRIES).create(SETTINGS)
        vectors = OpenSearchVectors(client, ALGORITHM_VERSION, retries=_RETRIES)
        yield Catalogue(Cluster(client, _RETRIES), vectors, workload, apart)


def _like(picture: Picture, model: Picture) -> Picture:
    return replace(
        picture, fingerprint=replace(picture.fingerprint, hashes=model.fingerprint.hashes)
    )
