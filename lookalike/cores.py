"""How many cores this process may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

SYSTEM = Path("/")


def usable_cores(system: Path = SYSTEM) -> int:
    """The cores that this process may use, at least 1.

    The scheduler may be confined to some of the machine's cores, and a container has a quota of
    processor time (Linux's control groups, version 2 or 1), which counts in whole cores here.

    Args:
        system: the root of the file system.
    """
    return max(1, int(min([_assigned(), *_quotas(system)])))


def _assigned() -> int:
    """The cores that the scheduler may choose for this process."""
    if hasattr(os, "sched_getaffinity"):  # Linux alone
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _quotas(system: Path) -> Iterator[float]:
    """The quotas of the control group of this process and of those above it, in cores.

    https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files
    """
    root = system / "sys/fs/cgroup"
    for group in _groups(system):
        for folder in (group, *group.parents):
            with suppress(OSError, ValueError, ZeroDivisionError):
                quota, period = (root / folder / "cpu.max").read_text(encoding="ascii").split()
                yield int(quota) / int(period)  # "max" is no number: there is no quota
            with suppress(OSError, ValueError, ZeroDivisionError):
                old = root / "cpu" / folder
                quota = (old / "cpu.cfs_quota_us").read_text(encoding="ascii")
                period = (old / "cpu.cfs_period_us").read_text(encoding="ascii")
                if int(quota) > 0:  # -1: there is no quota
                    yield int(quota) / int(period)


def _groups(system: Path) -> Iterator[Path]:
    """The paths of the control groups that may bound processor time, from their root."""
    yield Path()  # a container sees its own group as the root
    with suppress(OSError):
        for line in (system / "proc/self/cgroup").read_text(encoding="utf-8").splitlines():
            _, controllers, path = line.split(":", 2)
            if not controllers or "cpu" in controllers.split(","):
                yield Path(path.lstrip("/"))
