"""A serving process says where it listens, and ends cleanly at a signal."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from lookalike.api.find_similar.service import AT_ONCE
from tests.servers import Exchange, PictureServer

_PROGRAM = """
import sys
from lookalike.local.http_server.asgi import AsgiApplication
from lookalike.local.http_server.concurrent_resolver import build_resolver
from lookalike.local.http_server.server import serve
from lookalike.api.status.routes import service_status_routes
from lookalike.api.status.service import ServiceStatus
from lookalike.storage.memory.storage import MemoryStorage

storage = MemoryStorage("test-1")
status = ServiceStatus(storage, "test-1", "0.1.0", lambda: 0.0)
served = AsgiApplication(build_resolver([service_status_routes(status)], "0.1.0"))
serve(served, "127.0.0.1", 0, lambda url: print(url, flush=True))
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


_PIPE = subprocess.PIPE
_DOWNLOADING = """
import sys
from lookalike.images.fetching.connections import Connections
from lookalike.images.fetching.web import FetchLimits, WebFetcher
from lookalike.local.http_server.asgi import AsgiApplication
from lookalike.local.http_server.concurrent_resolver import build_resolver
from lookalike.local.http_server.download_limit import LimitedFetcher
from lookalike.local.http_server.server import serve
from tests.service import some_parts

limits = FetchLimits(total_seconds=2)
with some_parts() as parts:
    web = LimitedFetcher(WebFetcher(Connections(allow_private_hosts=True), limits))
    served = AsgiApplication(build_resolver(parts.routers(web), "0.1.0"), on_stop=web.close)
    serve(served, "127.0.0.1", 0, lambda url: print(url, flush=True))
    served.close()
print("cleaned up", flush=True)
"""


@pytest.mark.slow
def test_hanging_downloads_do_not_keep_the_process(pictures: PictureServer) -> None:
    """The second half of the batch, which has not begun, is not downloaded at all."""
    begun = threading.Semaphore(0)

    def hang(exchange: Exchange) -> None:
        begun.release()
        exchange.wait(60)

    address = pictures.route("/hanging", hang)
    queries = [{"id": str(number), "image_url": address} for number in range(16)]
    command = [sys.executable, "-c", _DOWNLOADING]
    with (
        subprocess.Popen(command, stdout=_PIPE, stderr=_PIPE, text=True) as process,  # noqa: S603 - our own program
        ThreadPoolExecutor(1) as pool,
    ):
        assert process.stdout
        url = f"{process.stdout.readline().strip()}/find_similar/batch"
        asked = pool.submit(requests.post, url, json={"queries": queries}, timeout=20)
        assert all(begun.acquire(timeout=10) for _ in range(AT_ONCE))
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=20)
        codes = [item["problem"]["code"] for item in asked.result().json()["results"]]
    assert (output, errors, process.returncode) == ("cleaned up\n", "", 0)
    assert codes == ["image_unreachable"] * AT_ONCE + ["stopping"] * (16 - AT_ONCE)
