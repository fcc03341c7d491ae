"""A process that serves says where, and ends well when it is told to."""

from __future__ import annotations

import signal
import subprocess
import sys
import urllib.request

import pytest

_PROGRAM = """
import sys
from scripts.local.application import application
from scripts.local.server import serve
from lambdas.service_status.routes import service_status_routes
from lambdas.service_status.service import ServiceStatus
from lambdas.shared.storage.memory import MemoryStorage

storage = MemoryStorage("test-1")
status = ServiceStatus(storage, "test-1", "0.1.0", lambda: 0.0)
made = application([service_status_routes(status)], "0.1.0")
serve(made, "127.0.0.1", 0, lambda url: print(url, flush=True))
print("cleaned up", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_process_after_its_clean_up(number: signal.Signals) -> None:
    command = [sys.executable, "-c", _PROGRAM]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own program
        assert process.stdout
        url = process.stdout.readline().strip()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{url}/health", timeout=10) as answer:
            assert answer.status == 200
        process.send_signal(number)
        output, _ = process.communicate(timeout=20)
    assert (output, process.returncode) == ("cleaned up\n", 0)
