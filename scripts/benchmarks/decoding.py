"""What it costs to decode pictures in a process of their own."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np

from lookalike.images.isolation.decoder_process import DecoderProcess
from lookalike.images.limits import MAX_MEMORY, MAX_SECONDS
from lookalike.images.preparation import prepare
from scripts.benchmarks.fingerprints import QUICK_SIZES, SIZES, Size
from scripts.benchmarks.machine import cores, stay_on
from scripts.benchmarks.pictures import NATIVE, enlarged, photos
from scripts.benchmarks.report import Section, Target, table
from scripts.benchmarks.timing import Samples, milliseconds, timed

HERE, DECODER = "here", "in a decoder"
DETOUR_LIMIT = 0.002
"""Seconds, at the median."""
_STARTS = 5
_PATIENCE = 60.0
"""Seconds that a decoder has here."""


def measure(*, quick: bool) -> Section:
    """Measure the detour for each size, and what a decoder takes."""
    sizes = QUICK_SIZES if quick else SIZES
    stay_on(cores()[-1])
    with closing(DecoderProcess()) as decoder:
        decoder.wait_until_ready()
        samples = {size.pixels: _of_size(size, decoder) for size in sizes}
    texts = [_explained(), _table(samples), _decoder_described(1 if quick else _STARTS)]
    text = "\n\n".join(texts)
    return Section("Decoding in a process of its own", text, _targets(samples))


def _of_size(size: Size, decoder: DecoderProcess) -> Mapping[str, Samples]:
    """Samples whose processor time is that of both processes."""
    chosen = [
        photo if size.pixels == NATIVE else enlarged(photo, size.pixels)
        for photo in photos(size.pictures, NATIVE)
    ]
    times: dict[str, list[tuple[float, float]]] = {HERE: [], DECODER: []}
    for number in range(size.rounds + 1):
        for content in (photo.content for photo in chosen):
            here = timed(partial(prepare, content))
            before = _processor_seconds(decoder.pid)
            wall, cpu = timed(partial(decoder.prepare, content, _PATIENCE))
            there = (wall, cpu + _processor_seconds(decoder.pid) - before)
            if number > 0:
                times[HERE].append(here)
                times[DECODER].append(there)
    return {name: Samples(*np.array(found).T) for name, found in times.items()}


def _processor_seconds(pid: int) -> float:
    """Of a process, to the nanosecond; processes that wait are up to date."""
    return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9


def _detours(samples: Mapping[str, Samples]) -> Samples:
    """What the decoder took longer, call by call; below 0 where noise was larger."""
    here, there = samples[HERE], samples[DECODER]
    return Samples(there.wall - here.wall, there.cpu - here.cpu)


def _table(sizes: Mapping[tuple[int, int], Mapping[str, Samples]]) -> str:
    header = ["pixels", "here, ms", "p95", "CPU", "in a decoder, ms", "p95", "CPU"]
    header += ["detour, ms", "p95", "CPU"]
    rows: list[Sequence[str]] = []
    for (width, height), samples in sizes.items():
        columns = (samples[HERE], samples[DECODER], _detours(samples))
        times = [[each.median, each.quantile(0.95), each.cpu_median] for each in columns]
        rows.append([f"{width} x {height}", *map(milliseconds, chain(*times))])
    return table(header, rows)


def _targets(sizes: Mapping[tuple[int, int], Mapping[str, Samples]]) -> list[Target]:
    return [
        Target(
            f"detour through a decoder, {width} x {height}, one core, p50 (CPU)",
            f"≤ {milliseconds(DETOUR_LIMIT)} ms",
            f"{milliseconds(detour.cpu_median)} ms",
            detour.cpu_median <= DETOUR_LIMIT,
        )
        for (width, height), samples in sizes.items()
        for detour in [_detours(samples)]
    ]


def _decoder_described(starts: int) -> str:
    seconds = []
    for _ in range(starts):
        began = time.perf_counter()
        with closing(DecoderProcess()) as decoder:
            decoder.wait_until_ready()
            seconds.append(time.perf_counter() - began)
            status = Path(f"/proc/{decoder.pid}/status").read_text(encoding="ascii")
    held = {name: int(size) / 1000 for name, size in re.findall(r"(\w+):\s+(\d+) kB", status)}
    ready = milliseconds(float(np.median(seconds)))
    return (
        f"A decoder is ready after {ready} ms (the median of {starts} starts). It then holds "
        f"{held['VmRSS']:.0f} MB, of which {held['RssAnon']:.0f} MB are its own; the rest are "
        "files of the page cache, which all decoders share."
    )


def _explained() -> str:
    return (
        "The same JPEG files are prepared in turns: *here*, in the process that asks, and in a "
        "warm decoder (`lookalike/images/isolation`), to which the file goes and from which the "
        "pixels come through shared memory; both on one core. *Detour*: how much longer the second "
        f"takes, call by call. *CPU*: of both processes. A decoder has {MAX_SECONDS:g} s and "
        f"{MAX_MEMORY / 1e6:.0f} MB for a picture."
    )
