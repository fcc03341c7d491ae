"""Measures the embedded storage: loading, starting, and the candidate query of one check.

Run it as ``python -m scripts.bench_storage``; it prints a Markdown table. The pictures are bit
noise around 5,000 base fingerprints, real ones where an ``.npz`` of them is given: an array
(rows, bytes) of packed bits by field name.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from lambdas.shared.fingerprint.layout import DEEP, LAYOUTS, PHASH
from lambdas.shared.pictures import Fingerprint, Picture
from lambdas.shared.products import Product
from lambdas.shared.storage.embedded import EmbeddedStorage

Packed = dict[str, NDArray[np.uint8]]

VERSION = "benchmark"
CLUSTERS = 5_000
NOISE = 0.06
"""Share of bits that differ from the base: about that of one picture edited twice."""
TRIMMED_SHARE = 0.2
"""Share of pictures with a border that was cut."""
BATCH = 10_000
LIMIT = 50
QUERIES = 200


@dataclass(frozen=True)
class Result:
    """Figures of one size; times in seconds, sizes in bytes."""

    pictures: int
    load: float
    size: int
    start: float
    memory: int
    eight: NDArray[np.float64]
    sixteen: NDArray[np.float64]


def base_hashes(path: Path | None, source: np.random.Generator) -> Packed:
    """By field, the hashes around which pictures are made."""
    fields = {field: layout.bits // 8 for layout in LAYOUTS.values() for field in layout.fields}
    if path is not None:
        with np.load(path) as stored:
            real = {field: stored[field] for field in stored.files if field in fields}
        return {field: real.get(field, real[PHASH.name]) for field in fields}
    return {
        field: source.integers(0, 256, (CLUSTERS, width), dtype=np.uint8)
        for field, width in fields.items()
    }


def noisy(bases: Packed, rows: NDArray[np.intp], source: np.random.Generator) -> Packed:
    """The bases of these rows with some bits flipped."""
    return {
        field: values[rows]
        ^ np.packbits(source.random((len(rows), 8 * values.shape[1]), np.float32) < NOISE, axis=1)
        for field, values in bases.items()
    }


def made_pictures(
    number: int, bases: Packed, signature_bytes: int, source: np.random.Generator
) -> Iterator[list[Picture]]:
    """Batches of pictures."""
    for first in range(0, number, BATCH):
        count = min(BATCH, number - first)
        hashes = noisy(bases, source.integers(0, len(bases[PHASH.name]), count), source)
        trimmed = source.random(count) < TRIMMED_SHARE
        ids = source.bytes(16 * count).hex()
        signature = source.bytes(signature_bytes)
        yield [
            Picture(
                Fingerprint(
                    fingerprint_id=ids[32 * row : 32 * row + 32],
                    version=VERSION,
                    hashes={
                        field: values[row].tobytes()
                        for field, values in hashes.items()
                        if field != "phash_trimmed" or trimmed[row]
                    },
                    quality=80,
                    width=400,
                    height=533,
                    signature=signature,
                ),
                last_seen=1_000_000,
            )
            for row in range(count)
        ]


def product_of(picture: Picture, number: int) -> Product:
    """A product that shows this picture."""
    return Product(
        entity_id=f"{number:08d}",
        sku=f"K{number}",
        image_url=f"https://shop.example/media/{picture.fingerprint_id}.jpg",
        fingerprint_id=picture.fingerprint_id,
        attributes={"category": "shirts"},
    )


def load(folder: Path, batches: Iterator[list[Picture]]) -> float:
    """Seconds to write all pictures, each with a product; making them does not count."""
    storage = EmbeddedStorage(folder, VERSION)
    seconds = 0.0
    number = 0
    for pictures in batches:
        products = [product_of(picture, number + row) for row, picture in enumerate(pictures)]
        number += len(pictures)
        began = time.perf_counter()
        with storage.transaction():
            storage.pictures.put_many(pictures)
            storage.products.put_many(products)
        seconds += time.perf_counter() - began
    storage.close()
    return seconds


def query_times(
    storage: EmbeddedStorage, bases: Packed, forms: int, source: np.random.Generator
) -> NDArray[np.float64]:
    """Seconds of each candidate query: ``forms`` rows of pHash and one deep row."""
    times = []
    for _ in range(QUERIES):
        rows = source.integers(0, len(bases[PHASH.name]), forms)
        asked = noisy(bases, rows, source)
        queries = {PHASH.name: asked[PHASH.name], DEEP.name: asked[DEEP.name][:1]}
        began = time.perf_counter()
        found = storage.vectors.nearest(queries, LIMIT)
        times.append(time.perf_counter() - began)
        if len(found[PHASH.name]) != min(LIMIT, storage.vectors.count()):
            raise AssertionError("too few neighbours")
    return np.array(times)


def query_process(folder: Path, base_file: Path) -> None:
    """In a process of its own: opens the folder, searches on one core, prints the figures."""
    idle = resident_bytes()
    began = time.perf_counter()
    storage = EmbeddedStorage(folder, VERSION, read_only=True)
    storage.vectors.count()
    start = time.perf_counter() - began
    memory = resident_bytes() - idle
    source = np.random.default_rng(2)
    with np.load(base_file) as stored:
        bases = {field: stored[field] for field in stored.files}
    eight, sixteen = (query_times(storage, bases, forms, source) for forms in (8, 16))
    storage.close()
    np.savez(
        base_file.with_name("times.npz"), figures=[start, memory], eight=eight, sixteen=sixteen
    )


def resident_bytes() -> int:
    """Memory of this process now (Linux), else the most it ever had."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmRSS"].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def measure(number: int, bases: Packed, signature_bytes: int) -> Result:
    """Load that many pictures into a temporary folder and search among them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        base_file = Path(name) / "bases.npz"
        np.savez(base_file, **bases)  # type: ignore[arg-type]  # numpy's stub takes no mapping
        batches = made_pictures(number, bases, signature_bytes, np.random.default_rng(1))
        seconds = load(folder, batches)
        size = sum(path.stat().st_size for path in folder.iterdir())
        command = [sys.executable, "-m", "scripts.bench_storage", "--query", name]
        subprocess.run(command, check=True)  # noqa: S603 - this script
        with np.load(base_file.with_name("times.npz")) as times:
            start, memory = times["figures"].tolist()
            return Result(
                number, seconds, size, start, int(memory), times["eight"], times["sixteen"]
            )


def table_row(result: Result) -> str:
    """One line of the table."""
    quantiles = [np.percentile(times, [50, 95]) * 1e3 for times in (result.eight, result.sixteen)]
    latencies = [f"{p50:.1f} / {p95:.1f}" for p50, p95 in quantiles]
    cells = [
        f"{result.pictures:,}",
        f"{result.load:.1f} s ({result.pictures / result.load:,.0f}/s)",
        f"{result.size / 2**20:,.0f} MiB",
        f"{result.start:.2f} s",
        f"{result.memory / 2**20:,.0f} MiB",
        *(f"{latency} ms" for latency in latencies),
    ]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Measure one size, or three."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, nargs="+", default=[1_133, 100_000, 1_000_000])
    parser.add_argument("--hashes", type=Path, help=".npz of real hashes by field name")
    parser.add_argument("--signature", type=int, default=0, help="bytes of signature a picture")
    parser.add_argument("--query", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.query:
        query_process(arguments.query / "data", arguments.query / "bases.npz")
        return
    faiss.omp_set_num_threads(1)
    bases = base_hashes(arguments.hashes, np.random.default_rng(0))
    print("| pictures | load | on disk | start | memory | 8 + 1 rows, p50 / p95 | 16 + 1 rows |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    for number in arguments.pictures:
        print(table_row(measure(number, bases, arguments.signature)), flush=True)


if __name__ == "__main__":
    main()
