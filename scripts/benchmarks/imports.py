"""How fast catalogues are imported: new ones, unchanged ones, and rows without a picture."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import active_children
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from lookalike.catalogue.rows import CatalogueReader
from lookalike.imports.batch import Batch
from lookalike.imports.catalogue_import import TASK_SIZE, CatalogueImport
from lookalike.imports.picture_request import PictureRequest
from lookalike.local.data_folder import open_storage
from lookalike.local.imports.catalogue_import import catalogue_import
from lookalike.local.imports.fingerprint_pool import FingerprintPool
from lookalike.local.settings import LocalSettings
from lookalike.storage.import_runs import ImportRun
from scripts.benchmarks.machine import cores, cpu_seconds
from scripts.benchmarks.pictures import SAMPLE
from scripts.benchmarks.report import Section, Target, table

LIMIT = 30
"""Pictures per second and core."""
UNCHANGED_LIMIT = 0.1
"""Duration of a second, unchanged run over that of the first."""


@dataclass(frozen=True)
class ImportWorkload:
    """How much is measured.

    Attributes:
        photos: number of sample photographs.
        repeats: rows for each photograph, with different ids.
        rounds: number of measurements.
        refused: number of rows without a picture.
    """

    photos: int = 200
    repeats: int = 2
    rounds: int = 3
    refused: int = 50_000


QUICK = ImportWorkload(photos=2, repeats=1, rounds=1, refused=500)


@dataclass(frozen=True)
class Loads:
    """Median seconds of an import by a number of worker processes.

    Attributes:
        first: wall time of the first run, with workers that have started before.
        cpu: processor time of all processes in the first run.
        again: wall time of a second run on the same storage.
    """

    first: float
    cpu: float
    again: float


def measure(*, quick: bool) -> Section:
    """Measure all kinds of catalogue."""
    workload = QUICK if quick else ImportWorkload()
    catalogue = sample_catalogue(workload.photos, workload.repeats)
    rows = workload.photos * workload.repeats
    numbers = sorted({1, len(cores())})
    rounds = [
        (
            {number: _loads(number, catalogue) for number in numbers},
            _command_seconds(workload.photos),
        )
        for _ in range(workload.rounds)
    ]
    middle = {number: _middle([loads[number] for loads, _ in rounds]) for number in numbers}
    first, again = (median(seconds[run] for _, seconds in rounds) for run in (0, 1))
    texts = [
        _explained(workload),
        table(_HEADER, [_row(number, rows, loads) for number, loads in middle.items()]),
        _command_text(workload.photos, first, again),
        refused_text(workload.refused),
    ]
    targets = _targets(rows, middle[numbers[-1]], numbers[-1])
    return Section("Import", "\n\n".join(texts), targets)


_HEADER = ["workers", "first run", "pictures/s", "CPU", "pictures per CPU second"]
_HEADER += ["second run", "rows/s"]


def _explained(workload: ImportWorkload) -> str:
    return (
        f"{workload.photos * workload.repeats} rows: {workload.photos} sample photographs, each "
        f"{workload.repeats} times with different ids, through the engine of `lookalike import` "
        "into a new embedded storage. Files come from a folder in the page cache; the workers "
        f"have started and loaded the network before. Medians of {workload.rounds} interleaved "
        "rounds. *CPU* is that of the importing process and its workers. The second run finds all "
        "rows unchanged and starts no worker."
    )


def _command_text(photos: int, first: float, again: float) -> str:
    return (
        f"The whole command with {photos} photographs, including the start of Python and of the "
        f"workers: first run {first:.2f} s ({photos / first:.1f} pictures a second), second, "
        f"unchanged run {again:.2f} s."
    )


def _row(number: int, rows: int, loads: Loads) -> list[str]:
    return [
        str(number),
        f"{loads.first:.2f} s",
        f"{rows / loads.first:.1f}",
        f"{loads.cpu:.2f} s",
        f"{rows / loads.cpu:.1f}" if loads.cpu else "unknown",
        f"{loads.again * 1e3:.0f} ms",
        f"{rows / loads.again:,.0f}",
    ]


def _targets(rows: int, loads: Loads, workers: int) -> list[Target]:
    rates = [(f"wall time, {workers} workers on {workers} cores", loads.first * workers)]
    if loads.cpu:
        rates.append((f"processor time, {workers} workers", loads.cpu))
    share = loads.again / loads.first
    return [
        *(
            Target(
                f"import, pictures a second and core ({what})",
                f"≥ {LIMIT}",
                f"{rows / seconds:.1f}",
                rows / seconds >= LIMIT,
            )
            for what, seconds in rates
        ),
        Target(
            f"second, unchanged import of {rows} rows over the first (engine)",
            f"≤ {UNCHANGED_LIMIT}",
            f"{share:.3f}",
            share <= UNCHANGED_LIMIT,
        ),
    ]


def _middle(rounds: list[Loads]) -> Loads:
    return Loads(
        median(each.first for each in rounds),
        median(each.cpu for each in rounds),
        median(each.again for each in rounds),
    )


def sample_catalogue(photos: int, repeats: int) -> bytes:
    """A catalogue of the first sample photographs, each several times with different ids."""
    header, *lines = (SAMPLE / "catalogue.csv").read_text("utf-8").splitlines()
    repeated = [f"{number}-{line}" for number in range(repeats) for line in lines[:photos]]
    return "\n".join([header, *repeated]).encode()


def _loads(workers: int, catalogue: bytes) -> Loads:
    with TemporaryDirectory() as folder:
        settings = LocalSettings(Path(folder) / "data", images_root=SAMPLE)
        with (
            closing(open_storage(settings.data)) as storage,
            closing(FingerprintPool(settings.fetcher, workers)) as pool,
        ):
            _start(pool, catalogue)
            loader = CatalogueImport(storage, settings.fetcher(), pool, time.time)
            cpu_began = _cpu_of_all()
            first = _seconds(lambda: _load(loader, catalogue))
            cpu = _cpu_of_all() - cpu_began
            again = _seconds(lambda: _load(loader, catalogue))
    return Loads(first, cpu, again)


def _start(pool: FingerprintPool, catalogue: bytes) -> None:
    """Submit a task to every worker, so that all of them have loaded the network."""
    lines = catalogue.decode().splitlines()[1 : TASK_SIZE + 1]
    requests = [PictureRequest(line.split(",")[2]) for line in lines]
    for task in [pool.submit(requests) for _ in range(pool.processes)]:
        task.result()


def _load(loader: CatalogueImport, catalogue: bytes) -> None:
    def on_batch(batch: Batch) -> None:
        if batch.failures:
            raise AssertionError(batch.failures[0].detail)

    loader.run(CatalogueReader(io.BytesIO(catalogue)), on_batch)


def _seconds(step: Callable[[], object]) -> float:
    began = time.perf_counter()
    step()
    return time.perf_counter() - began


def _cpu_of_all() -> float:
    """Processor seconds of this process and its workers so far."""
    workers = [child.pid for child in active_children() if child.pid is not None]
    return sum(cpu_seconds(process) for process in (os.getpid(), *workers))


def _command_seconds(photos: int) -> tuple[float, float]:
    """Wall time of the whole command in seconds: first run and second run."""
    with TemporaryDirectory() as folder:
        catalogue = Path(folder) / "catalogue.csv"
        catalogue.write_bytes(sample_catalogue(photos, 1))
        command = [sys.executable, "-m", "lookalike", "import", str(catalogue)]
        command += ["--data", f"{folder}/data", "--images-root", str(SAMPLE)]

        def run() -> None:
            subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own command

        return _seconds(run), _seconds(run)


def refused_text(rows: int) -> str:
    """A sentence on how fast rows without a picture are refused."""
    lines = ["entity_id,sku,image_url", *(f"{row},S{row},NULL" for row in range(rows))]
    seconds = _refusal_seconds("\n".join(lines).encode())
    return (
        f"Rows without a picture: {rows:,} rows with `NULL` are refused in {seconds:.2f} s, each "
        f"with its reason written to the storage: {rows / seconds:,.0f} a second."
    )


def _refusal_seconds(catalogue: bytes) -> float:
    rows = CatalogueReader(io.BytesIO(catalogue))
    with TemporaryDirectory() as folder, closing(open_storage(Path(folder))) as storage:
        storage.imports.put(ImportRun("benchmark", created_at=0))

        def on_batch(batch: Batch) -> None:
            storage.imports.add_failures("benchmark", batch.failures)

        with catalogue_import(storage, LocalSettings(Path(folder))) as loader:
            return _seconds(lambda: loader.run(rows, on_batch))
