"""Build hostile picture files and have them read: ``python -m tests.fuzz MINUTES [--http]``.

The strategies are those of ``tests/unit/images/test_fuzzing.py``; each file of the corpus is tried
first, and then changed (see ``fuzz_corpus``). What fails is printed as small
as it can be made, and is tried first in the next run (``.hypothesis``). With ``--http``, a running
service is asked about each file, instead of a function of this process.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz_corpus import seeds
from tests.image_fuzzing import FAMILIES, check, damaged
from tests.integration.processes import Service, serving

MAX_SECONDS = 5.0
"""Processor time of one file in this process."""
MAX_MEGABYTES = 300
"""Memory of one file, above what the process has."""
MAX_WAIT = 10.0
"""Seconds that the service may take to answer, the start of a new decoder among them."""
EXAMPLES = 200
"""Files of one format before the next one's turn; hypothesis keeps all of a turn in memory."""
STATUS = Path("/proc/self/status")
PEAK = Path("/proc/self/clear_refs")
DIED = "has died of a picture"
"""What the service logs of a decoder that is lost."""
REFUSED_SINCE_IT_DIED = "Decoding the picture"
"""How the refusal of a picture begins that has ended its decoder."""

BUILT_OR_KEPT = FAMILIES | {"corpus": st.sampled_from(seeds())}
Attempt = Callable[[bytes], bool]
"""Has a file read; whether it was a picture. Raises ``AssertionError`` for what may not happen."""


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("minutes", type=float)
    parser.add_argument("--http", action="store_true", help="ask a service on loopback")
    arguments = parser.parse_args()
    if not arguments.http:
        fuzz(arguments.minutes, read_here)
        return
    with asked_service() as ask:
        fuzz(arguments.minutes, ask)


def fuzz(minutes: float, attempt: Attempt) -> None:
    """Take the families of formats in turn until the time is over."""
    end = time.monotonic() + 60 * minutes
    counts: Counter[str] = Counter()
    for seed in seeds():
        attempt(seed)
    while time.monotonic() < end:
        for family in BUILT_OR_KEPT:
            _fuzz(family, attempt, counts, end)
    told = (f"{each} {counts[each]} ({counts[f'{each} read']} read)" for each in BUILT_OR_KEPT)
    print(f"No failure in {sum(counts[f] for f in BUILT_OR_KEPT):,} files: {', '.join(told)}.")


def _fuzz(family: str, attempt: Attempt, counts: Counter[str], end: float) -> None:
    every = list(HealthCheck)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=every)
    @given(data=damaged(BUILT_OR_KEPT[family]))
    def read_or_refuse(data: bytes) -> None:
        if time.monotonic() < end:
            counts[family] += 1
            counts[f"{family} read"] += attempt(data)

    read_or_refuse()


def read_here(data: bytes) -> bool:
    """Whether a file is a picture, which takes bounded time and memory to find out."""
    if STATUS.exists():
        PEAK.write_text("5", encoding="ascii")  # forget the peak until now (proc(5))
    begun, before = time.process_time(), _megabytes("VmRSS")
    is_picture = check(data)
    assert time.process_time() - begun < MAX_SECONDS
    assert _megabytes("VmHWM") - before < MAX_MEGABYTES
    return is_picture


@contextmanager
def asked_service() -> Iterator[Attempt]:
    """A service that is asked about files; each decoder that it loses is logged and answered."""
    with TemporaryDirectory() as folder, serving(Path(folder)) as service:
        with requests.Session() as session:
            session.trust_env = False
            refusals: Counter[str] = Counter()
            yield lambda data: _is_read(session, service.url, data, refusals)
        died = sum(DIED in line for line in service.log)
        print(f"{died} decoders have died of a file, and as many answers say so.")
        assert died == refusals[REFUSED_SINCE_IT_DIED]
        _assert_ends_well(service)


def _is_read(session: requests.Session, url: str, data: bytes, refusals: Counter[str]) -> bool:
    """Whether a check takes a file for a picture; its answer is one or a refusal, and in time."""
    begun = time.monotonic()
    headers = {"Content-Type": "image/jpeg"}
    answer = session.post(f"{url}/find_similar", data=data, headers=headers, timeout=60)
    assert time.monotonic() - begun < MAX_WAIT
    if answer.status_code == requests.codes.ok:
        return True
    problem = answer.json()
    assert answer.status_code in {400, 413, 415, 422}, problem
    died = problem["detail"].startswith(REFUSED_SINCE_IT_DIED)
    refusals[REFUSED_SINCE_IT_DIED] += died
    return bool(problem["code"] == "image_featureless")


def _assert_ends_well(service: Service) -> None:
    assert service.request("GET", "/health").status_code == requests.codes.ok
    assert service.end() == 0


def _megabytes(field: str) -> int:
    """Memory of this process, or its peak, on Linux; 0 elsewhere."""
    if not STATUS.exists():
        return 0
    found = re.search(rf"{field}:\s+(\d+) kB", STATUS.read_text(encoding="ascii"))
    return int(found[1]) // 1024 if found else 0


if __name__ == "__main__":
    main()
