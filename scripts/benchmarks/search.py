"""The index on OpenSearch by size: what its graphs find of what is nearest, and how soon."""

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
    Amount,
    Result,
    catalogue,
)
from scripts.benchmarks.synthetic import NOISE
from scripts.benchmarks.timing import milliseconds
from scripts.opensearch_server.installation import VERSION

REACH = 0.995
"""Share of queries, on each hash, of which the nearest picture is found."""


def measured(*, quick: bool) -> Section:
    """The table of all sizes."""
    return measured_of(QUICK if quick else Amount())


def measured_of(amount: Amount) -> Section:
    """The same, of other amounts."""
    with catalogue(amount, apart=0) as crowded:
        copies = crowded.grown_to(amount.sizes[0])
    with catalogue(amount) as growing:
        results = [growing.grown_to(size) for size in amount.sizes]
    kinds = [("copies of few", copies), *(("photographs", result) for result in results)]
    rows = [row for kind, result in kinds for row in _rows(kind, result)]
    loaded = table(_LOADED, [_loaded(kind, result) for kind, result in kinds])
    text = f"{_explained(amount)}\n\n{loaded}\n\n{table(_HEADER, rows)}"
    targets = [_target(kind, result) for kind, result in kinds[:2]]
    return Section("Candidates on OpenSearch", text, targets)


_LOADED = ["pictures", "made as", "load and merge", "on disk", "segments"]
_HEADER = ["pictures", "made as", "query", "nearest found, pHash / deep"]
_HEADER += ["all found, pHash / deep"]
_HEADER += ["p50 / p95, ms"]


def _explained(amount: Amount) -> str:
    return (
        f"OpenSearch {VERSION} with {HEAP} of heap on the same machine, one node, one shard, the "
        f"shipped index: {SETTINGS.engine.value.capitalize()}, `m` {SETTINGS.m}, `ef_construction` "
        f"{SETTINGS.ef_construction}, `ef_search` {PHash.layout.ef_search} on pHashes and "
        f"{DeepHash.layout.ef_search} on deep hashes. Client and server share the cores. "
        f"Pictures are made from the fingerprints of {amount.bases} sample photographs. *Copies of "
        f"few*: all are these with {NOISE:.0%} of the bits flipped at random. *Photographs*: with "
        f"{APART:.0%} flipped they stand for other photographs, and of each of these there are "
        f"{COPIES} copies on average, with {NOISE:.0%} flipped. In both, "
        f"{EQUAL_SHARE:.0%} have all hashes of one of {TEMPLATES} others, under ids of their own. "
        f"{amount.queries} queries of each kind are noisy copies "
        "of pictures that are there. Each is one request, as a check sends it: for the nearest "
        f"{nearest_for(amount.sizes[0])} to {nearest_for(amount.sizes[-1])} on both hashes, with "
        "one deep row and eight pHash rows, sixteen where it has a border. *Nearest found*: the "
        "first is as near as the nearest that comparing with every picture finds; *all found*: "
        "the share of those asked for that are as near as the last of them. Segments are as "
        "loading has left them; each query was asked once before it was timed."
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
        f"≥ {REACH:.1%}",
        f"{nearest:.2%}",
        nearest >= REACH,
    )
