"""How many checks are answered when more is asked than can be done, and how others fare beside."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from lookalike.local.data_folder import open_storage
from lookalike.matching.shipped import fingerprinter
from scripts.benchmarks.checks import CheckWorkload, fill
from scripts.benchmarks.load_figures import Rate, Slowdown, latencies_table, rates_table, targets
from scripts.benchmarks.machine import cpu_seconds
from scripts.benchmarks.pictures import NATIVE, mirrored, photos
from scripts.benchmarks.report import Section
from scripts.benchmarks.serving import served
from scripts.load.addresses import client_addresses
from scripts.load.callers import Load, Tally, ask_together
from scripts.load.connection import http_request
from scripts.load.quiet import Quiet, quiet_connections

MANY = 64
"""Callers from which on more is asked than any machine of two cores can do."""
QUIET_PER_CLIENT = 100


@dataclass(frozen=True)
class LoadWorkload:
    """How much is measured.

    Attributes:
        pictures: in the catalogue, sample photographs and synthetic ones.
        sample: sample photographs among them.
        queries: copies to ask about.
        callers: how many ask at once, in each row.
        patience: seconds after which callers give up, in every second row.
        quiet: connections that do little or nothing.
        warm_up: seconds that do not count.
        seconds: seconds that count, for each figure.
    """

    pictures: int = 1_000
    sample: int = 200
    queries: int = 40
    callers: tuple[int, ...] = (1, 4, 16, MANY, 4 * MANY)
    patience: float = 2.0
    quiet: int = 1000
    warm_up: float = 3.0
    seconds: float = 10.0


QUICK = LoadWorkload(10, 5, 2, (1, 2), 0.5, 20, warm_up=0.1, seconds=0.5)


def measure(*, quick: bool) -> Section:
    """Measure rates and latencies under load, and beside other clients."""
    workload = QUICK if quick else LoadWorkload()
    _allow_files(2 * workload.quiet)
    requests = _requests(workload.queries)
    with _service(workload) as (url, process):
        rows = [*_rates(workload, url, process, requests)]
        beside = [*_beside_quiet_ones(workload, url, requests)]
        turns = _beside_many(workload, url, requests)
    parts = (
        _explained(workload),
        rates_table(rows),
        _BESIDE.format(
            quiet=f"{workload.quiet:,}", clients=len(_quiet_clients(workload)), many=MANY
        ),
        latencies_table([*beside, turns]),
    )
    return Section("Under load", "\n\n".join(parts), targets(rows, beside, MANY))


def _explained(workload: LoadWorkload) -> str:
    return (
        f"`POST /find_similar` with mirrored copies of 400 x 533 photographs, against "
        f"{workload.pictures:,} pictures, on all cores, which the callers share with the service. "
        "Each caller has an address of its own, and asks again as soon as it has an answer; after "
        "a refusal, when `Retry-After` says; callers who give up ask again at once. Counted are "
        f"{workload.seconds:g} s after {workload.warm_up:g} s. *p50* and *p95* are of answers, in "
        "ms; *CPU of an answer* is all processor time of the service divided by its answers, in "
        "ms, which other programs hardly affect."
    )


def _allow_files(files: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(files, hard) if hard > 0 else files, hard))


def _requests(queries: int) -> list[bytes]:
    copies = map(mirrored, photos(queries, NATIVE))
    return [http_request("POST", "/find_similar", copy.content, "image/jpeg") for copy in copies]


_BESIDE = (
    "One caller, alone and then beside others: {quiet} connections of {clients} clients that do "
    "little or nothing and come back when they are ended, and {many} callers of one client. "
    "Latencies are in ms."
)


@contextmanager
def _service(workload: LoadWorkload) -> Iterator[tuple[str, int]]:
    with TemporaryDirectory() as folder:
        size = CheckWorkload(workload.pictures, workload.sample)
        with closing(open_storage(Path(folder))) as storage:
            fill(storage, fingerprinter(), set(), size)
        with served(Path(folder)) as address_and_process:
            yield address_and_process


def _rates(
    workload: LoadWorkload, url: str, process: int, requests: Sequence[bytes]
) -> Iterator[Rate]:
    for callers in workload.callers:
        for patience in (None, workload.patience):
            began = cpu_seconds(process)
            load = Load(url, requests, patience, workload.warm_up, workload.seconds)
            tally = asyncio.run(ask_together(load, client_addresses(callers)))
            share = workload.seconds / (workload.warm_up + workload.seconds)
            cpu = (cpu_seconds(process) - began) * share
            yield Rate(callers, patience, tally, workload.seconds, cpu)


def _beside_quiet_ones(
    workload: LoadWorkload, url: str, requests: Sequence[bytes]
) -> Iterator[Slowdown]:
    load = Load(url, requests, None, workload.warm_up, workload.seconds)
    clients = _quiet_clients(workload)
    addresses = [clients[row % len(clients)] for row in range(workload.quiet)]

    async def beside(kind: Quiet) -> Tally:
        async with quiet_connections(url, kind, addresses):
            return await ask_together(load, client_addresses(1))

    for kind in Quiet:
        alone = asyncio.run(ask_together(load, client_addresses(1)))
        yield Slowdown(f"{workload.quiet:,} {kind.words}", alone, asyncio.run(beside(kind)))


def _quiet_clients(workload: LoadWorkload) -> list[str]:
    return client_addresses(max(1, workload.quiet // QUIET_PER_CLIENT), first=1)


def _beside_many(workload: LoadWorkload, url: str, requests: Sequence[bytes]) -> Slowdown:
    load = Load(url, requests, None, workload.warm_up, workload.seconds)

    async def both() -> Tally:
        one, *many = client_addresses(2)
        tally, _ = await asyncio.gather(ask_together(load, [one]), ask_together(load, many * MANY))
        return tally

    alone = asyncio.run(ask_together(load, client_addresses(1)))
    return Slowdown(f"{MANY} callers of one client", alone, asyncio.run(both()))
