"""Describes the machine, pins processes to cores, and reads memory and processor time."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Environment variables with which numerical libraries use one thread."""
_LIBRARIES = ("numpy", "pillow", "onnxruntime", "faiss-cpu", "imagehash", "uvicorn")

BUSY_FROM = 0.5
"""Load average before a run from which on the machine counts as busy."""
_BUSY = "; other programs were running, so wall times are too long: see the processor times"


def cores() -> list[int]:
    """The numbers of the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def stay_on(core: int) -> bool:
    """Pin this process and its children to one core; return whether the system supports that."""
    if not hasattr(os, "sched_setaffinity"):
        return False
    os.sched_setaffinity(0, {core})
    return True


def description(load_before: float) -> str:
    """Date, processor, memory, system, versions and load of the machine, as Markdown.

    Args:
        load_before: one-minute load average before the run.
    """
    libraries = ", ".join(f"{name} {metadata.version(name)}" for name in _LIBRARIES)
    lines = [
        f"Date: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"Processor: {_processor()}, {len(cores())} cores",
        f"Memory: {_memory_bytes() / 2**30:.0f} GiB",
        f"System: {platform.system()} {platform.release()}, {platform.machine()}",
        f"Software: Python {platform.python_version()}, {libraries}",
        f"Load average (1 min): {load_before:.1f} before, {os.getloadavg()[0]:.1f} after"
        + (_BUSY if load_before >= BUSY_FROM else ""),
    ]
    return "\n".join(f"- {line}" for line in lines)


def resident_bytes(process: int | str = "self") -> int:
    """Resident memory of a process; 0 if the system does not report it."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return 0
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(lines["VmRSS"].split()[0]) * 1024


def cpu_seconds(process: int | str = "self") -> float:
    """Processor time of a process, to 10 ms; 0 if the system does not report it."""
    status = Path(f"/proc/{process}/stat")
    if not status.exists():
        return 0.0
    fields = status.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or "unknown"


def _memory_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
