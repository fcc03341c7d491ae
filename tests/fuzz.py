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
EXAMPLES = 1_000


def main(minutes: float) -> None:
    """Take the families of formats in turn until the time is over."""
    end = time.monotonic() + 60 * minutes
    counts: Counter[str] = Counter()
    while time.monotonic() < end:
        for family in FAMILIES:
            _fuzz(family, counts, end)
    told = (f"{family} {counts[family]} ({counts[f'{family} read']} read)" for family in FAMILIES)
    print(f"No failure in {sum(counts[f] for f in FAMILIES):,} files: {', '.join(told)}.")
    print(f"Peak memory: {_peak_megabytes()} MB.")


def _fuzz(family: str, counts: Counter[str], end: float) -> None:
    every = list(HealthCheck)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=every)
    @given(data=damaged(FAMILIES[family]))
    def prepare_or_refuse(data: bytes) -> None:
        if time.monotonic() < end:
            begun = time.process_time()
            counts[family] += 1
            counts[f"{family} read"] += check(data)
            assert time.process_time() - begun < MAX_SECONDS

    prepare_or_refuse()


def _peak_megabytes() -> int:
    """Of this process, on Linux; 0 elsewhere."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) // 1024 if found else 0


if __name__ == "__main__":
    main(float(sys.argv[1]))
