"""The decoders of a running service: they end with it, and it goes on without them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lookalike.cores import usable_cores
from tests.integration.processes import (
    PATIENCE,
    ROOT,
    SAMPLE,
    descendants,
    environment,
    serving,
    wait_until_gone,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
PHOTO = {
    "data": (SAMPLE / "edited" / "framed.jpg").read_bytes(),
    "headers": {"Content-Type": "image/jpeg"},
}


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_should_leave_no_decoder_behind(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path / "data") as service:
        _until(lambda: len(descendants(service.process.pid)) == usable_cores() + 1)
        decoders = descendants(service.process.pid)
        assert service.request("POST", "/find_similar", **PHOTO).status_code == 200
        assert service.end(number) == (-number if number == signal.SIGKILL else 0)
        wait_until_gone(decoders)
    assert len([line for line in service.log if "Error" in line or "Traceback" in line]) == 0


def test_should_answer_after_all_decoders_were_killed(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as service:
        assert service.request("POST", "/find_similar", **PHOTO).status_code == 200
        decoders = descendants(service.process.pid)
        for decoder in decoders:
            os.kill(decoder, signal.SIGKILL)
        assert service.request("POST", "/find_similar", **PHOTO).status_code == 200
        wait_until_gone(decoders)


_STUCK = """
import threading
from lookalike.images.isolation.pool import DecodePool
pool = DecodePool(2, "tests.deadly_decoder", seconds=3600)
for deed in (b"sleep", b"spin"):
    threading.Thread(target=pool.prepare, args=(deed,), daemon=True).start()
while len(pool._decoders) < 2 or pool._idle:
    pass
print("stuck", flush=True)
threading.Event().wait()
"""


def test_should_leave_no_decoder_behind_that_is_stuck() -> None:
    """Whoever would have ended it was killed."""
    command = [sys.executable, "-c", _STUCK]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "stuck\n"
        decoders = descendants(process.pid)
        process.kill()
    assert len(decoders) == 2
    wait_until_gone(decoders)
