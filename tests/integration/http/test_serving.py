"""Serving ends when it should, says where it listens, and notices a taken port."""

from __future__ import annotations

import signal
import socket
from contextlib import closing

import pytest

from lookalike.local.http_server.asgi import AsgiApplication
from lookalike.local.http_server.concurrent_resolver import build_resolver
from lookalike.local.http_server.server import LocalServer, serve
from tests.integration.http.conftest import running
from tests.service import Parts


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_serving_and_nothing_else(parts: Parts, number: signal.Signals) -> None:
    before = signal.getsignal(number)
    urls: list[str] = []

    def stop(url: str) -> None:
        urls.append(url)
        signal.raise_signal(number)

    serve(AsgiApplication(build_resolver(parts.routers(), "0.1.0")), "127.0.0.1", 0, stop)
    assert urls[0].startswith("http://127.0.0.1:")
    assert signal.getsignal(number) is before


def test_a_taken_port_ends_the_attempt(parts: Parts) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        server = LocalServer(
            AsgiApplication(build_resolver(parts.routers(), "0.1.0")),
            "127.0.0.1",
            port,
            pytest.fail,
        )
        with pytest.raises(SystemExit):
            server.run()


def _has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not _has_ipv6(), reason="this machine has no IPv6")
def test_an_address_of_ipv6_is_written_in_brackets(parts: Parts) -> None:
    with running(AsgiApplication(build_resolver(parts.routers(), "0.1.0")), "::1") as (_, url):
        assert url.startswith("http://[::1]:")
