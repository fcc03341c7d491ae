"""The index on OpenSearch by size: recall and duration of nearest-neighbour searches."""

from __future__ import annotations

from collections.abc import Iterator

from lookalike.fingerprint.deep_hash import DeepHash
from lookalike.fingerprint.phash import PHash
from lookalike.matching.retrieval import nearest_for
from scripts.benchmarks.report import Section, Target, table
from scripts.benchmarks.search_catalogue import (
    APART,
    COPIES,
    EQUAL_SHARE,
    HEAP,
    QUICK,
    SETTINGS,
    TEMPLATES,
    Result,
    SearchWorkload,
    catalogue,
)
from scripts.benchmarks.synthetic_catalogue import NOISE
from scripts.benchmarks.timing import milliseconds
from scripts.opensearch_server.installation import VERSION

LIMIT = 0.995
"""Share of queries whose nearest picture is found, for each hash."""


def measure(*, quick: bool) -> Section:
    """Measure all sizes."""
    return measure_workload(QUICK if quick else SearchWorkload())


def measure_workload(workload: SearchWorkload) -> Section:
    """Measure them with a given workload."""
    with catalogue(workload, apart=0) as crowded:
        copies = crowded.grown_to(workload.sizes[0])
    with catalogue(workload) as growing:
        results = [growing.grown_to(size) for size in workload.sizes]
    kinds = [("copies of few", copies), *(("photographs", result) for result in results)]
    rows = [row for kind, result in kinds for row in _rows(kind, result)]
    loaded = table(_LOADED, [_loaded(kind, result) for kind, result in kinds])
    text = f"{_explained(workload)}\n\n{loaded}\n\n{table(_HEADER, rows)}"
    targets = [_target(kind, result) for kind, result in kinds[:2]]
    return Section("Candidates on OpenSearch", text, targets)


_LOADED = ["pictures", "generated as", "load and merge", "on disk", "segments"]
_HEADER = ["pictures", "generated as", "query", "nearest found, pHash / deep"]
_HEADER += ["all found, pHash / deep"]
_HEADER += ["p50 / p95, ms"]


def _explained(workload: SearchWorkload) -> str:
    return (
        f"OpenSearch {VERSION} with {HEAP} of heap on the same machine, one node, one shard, the "
        f"shipped index: {SETTINGS.engine.value.capitalize()}, `m` {SETTINGS.m}, `ef_construction` "
        f"{SETTINGS.ef_construction}, `ef_search` {PHash.layout.ef_search} on pHashes and "
        f"{DeepHash.layout.ef_search} on deep hashes. Client and server share the cores. Pictures "
        f"are generated from the fingerprints of {workload.bases} sample photographs. *Copies of "
        f"few*: these with {NOISE:.0%} of the bits flipped at random. *Photographs*: with "
        f"{APART:.0%} of the bits flipped they stand for other photographs, each with {COPIES} "
        f"copies on average, with {NOISE:.0%} flipped. In both, {EQUAL_SHARE:.0%} have the same "
        f"hashes as one of {TEMPLATES} others, under different ids. {workload.queries} queries of "
        "each kind are noisy copies of stored pictures. Each is one request, as a check sends it: "
        f"for the nearest {nearest_for(workload.sizes[0])} to {nearest_for(workload.sizes[-1])} on "
        "both hashes, with one deep row and eight pHash rows, or sixteen for a picture with a "
        "border. *Nearest found*: the first hit is as near as the nearest one by exhaustive "
        "search; *all found*: the share of the requested hits that are as near as the last one by "
        "exhaustive search. Segments are as loading left them; each query was asked once before it "
        "was timed."
    )


def _loaded(kind: str, result: Result) -> list[str]:
    return [
        f"{result.pictures:,}",
        kind,
        f"{result.load:,.0f} s",
        f"{result.size / 2**20:,.0f} MiB",
        f"{result.segments}",
    ]


def _rows(kind: str, result: Result) -> Iterator[list[str]]:
    for query, found in result.found.items():
        phash, deep, times = (
            found[PHash.layout.name],
            found[DeepHash.layout.name],
            result.times[query],
        )
        yield [
            f"{result.pictures:,}",
            kind,
            query,
            f"{phash.nearest:.2%} / {deep.nearest:.2%}",
            f"{phash.all:.2%} / {deep.all:.2%}",
            f"{milliseconds(times.median)} / {milliseconds(times.quantile(0.95))}",
        ]


def _target(kind: str, result: Result) -> Target:
    nearest = min(on.nearest for found in result.found.values() for on in found.values())
    return Target(
        f"nearest found on OpenSearch among {result.pictures:,} pictures ({kind}), on either hash",
        f"≥ {LIMIT:.1%}",
        f"{nearest:.2%}",
        nearest >= LIMIT,
    )
