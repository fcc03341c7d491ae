"""Build hostile picture files and prepare them: ``python -m tests.fuzz MINUTES``.

The strategies are those of ``tests/unit/images/test_fuzzing.py``. What fails is printed as small
as it can be made, and is tried first in the next run (``.hypothesis``).
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from tests.image_fuzzing import FAMILIES, check, damaged

MAX_SECONDS = 5.0
"""Processor time of one file."""
MAX_MEGABYTES = 300
"""Memory of one file, above what the process has."""
EXAMPLES = 200
"""Files of one format before the next one's turn; hypothesis keeps all of a turn in memory."""
STATUS = Path("/proc/self/status")
PEAK = Path("/proc/self/clear_refs")


def main(minutes: float) -> None:
    """Take the families of formats in turn until the time is over."""
    end = time.monotonic() + 60 * minutes
    counts: Counter[str] = Counter()
    while time.monotonic() < end:
        for family in FAMILIES:
            _fuzz(family, counts, end)
    told = (f"{family} {counts[family]} ({counts[f'{family} read']} read)" for family in FAMILIES)
    print(f"No failure in {sum(counts[f] for f in FAMILIES):,} files: {', '.join(told)}.")


def _fuzz(family: str, counts: Counter[str], end: float) -> None:
    every = list(HealthCheck)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=every)
    @given(data=damaged(FAMILIES[family]))
    def prepare_or_refuse(data: bytes) -> None:
        if time.monotonic() < end:
            counts[family] += 1
            counts[f"{family} read"] += _checked(data)

    prepare_or_refuse()


def _checked(data: bytes) -> bool:
    """Whether a file is a picture, which takes bounded time and memory to find out."""
    if STATUS.exists():
        PEAK.write_text("5", encoding="ascii")  # forget the peak until now (proc(5))
    begun, before = time.process_time(), _megabytes("VmRSS")
    is_picture = check(data)
    assert time.process_time() - begun < MAX_SECONDS
    assert _megabytes("VmHWM") - before < MAX_MEGABYTES
    return is_picture


def _megabytes(field: str) -> int:
    """Memory of this process, or its peak, on Linux; 0 elsewhere."""
    if not STATUS.exists():
        return 0
    found = re.search(rf"{field}:\s+(\d+) kB", STATUS.read_text(encoding="ascii"))
    return int(found[1]) // 1024 if found else 0


if __name__ == "__main__":
    main(float(sys.argv[1]))
