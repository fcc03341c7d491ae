"""What a process holds, from time to time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from scripts.benchmarks.machine import cpu_seconds, resident_bytes

MEBIBYTE = 2**20


@dataclass(frozen=True)
class Sample:
    """What the service holds at one moment.

    Attributes:
        at: seconds that only grow.
        memory: resident MiB of the process, without its children.
        descriptors: open files and sockets.
        threads: of the process.
        children: its worker processes.
        processor: seconds of processor time of the process, without its children.
    """

    at: float
    memory: float
    descriptors: float
    threads: float
    children: float
    processor: float = 0.0


def read_sample(process: int) -> Sample:
    """Look at a process now (Linux).

    Raises:
        OSError: it is gone.
    """
    folder = Path(f"/proc/{process}")
    threads = list((folder / "task").iterdir())
    return Sample(
        time.monotonic(),
        resident_bytes(process) / MEBIBYTE,
        sum(1 for _ in (folder / "fd").iterdir()),
        len(threads),
        sum(map(_children, threads)),
        cpu_seconds(process),
    )


def _children(thread: Path) -> int:
    """How many processes a thread has started that still run."""
    try:
        return len((thread / "children").read_text(encoding="ascii").split())
    except OSError:  # the thread has ended
        return 0
