"""An attempt reaches no private network, follows no redirect, and ends in time."""

from __future__ import annotations

import socket
import time

import pytest

from lookalike.images.fetching.connections import Connections
from lookalike.local.webhooks.posting import DeliveryFailedError, WebhookPoster
from lookalike.storage.events import Event, EventType
from lookalike.storage.webhooks import Webhook
from tests.servers import PictureServer, answer, dripping_headers, endless, raw, redirect, slow

EVENT = Event.new(EventType.IMPORT_FINISHED, "1", {"import_id": "1"}, 1.0)
HERE = WebhookPoster(Connections(allow_private_hosts=True), 0.3)


def post(poster: WebhookPoster, url: str) -> None:
    poster.post(Webhook.new(url, (), 1.0, 0), EVENT, time.time())


@pytest.mark.parametrize("status", [200, 202, 204, 299])
def test_should_take_2xx_for_received(status: int) -> None:
    with PictureServer() as server:
        post(HERE, server.route("/hook", answer(status=status)))
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("route", "reason"),
    [
        (answer(status=199), "Status 199|No answer"),
        (answer(status=404), "Status 404."),
        (answer(status=410), "Status 410."),
        (redirect("/else"), "Status 302."),
        (raw(b""), "No answer"),
        (raw(b"SSH-2.0-nonsense\r\n"), "No answer"),
        (slow(5, answer()), "No answer within 0.3 s."),
        (dripping_headers(0.05), "No answer within 0.3 s."),
        (endless(b"HTTP/1.1 200 OK\r\n", b"X-Long: " + b"x" * 1000 + b"\r\n"), "No answer"),
    ],
)
def test_should_say_why_an_attempt_has_failed(route: object, reason: str) -> None:
    with PictureServer() as server, pytest.raises(DeliveryFailedError, match=reason):
        post(HERE, server.route("/hook", route))  # type: ignore[arg-type] # a route
    assert len(server.requests) == 1


def test_should_fail_where_nothing_listens() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(DeliveryFailedError, match="No answer"):
        post(HERE, f"http://127.0.0.1:{port}/hook")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0x7f.1", "169.254.169.254"])
def test_should_send_nothing_into_private_networks_unless_told(host: str) -> None:
    with PictureServer() as server:
        server.route("/hook", answer())
        with pytest.raises(DeliveryFailedError, match=r"private or reserved|cannot be used"):
            post(WebhookPoster(Connections(), 0.3), f"http://{host}:{server.port}/hook")
    assert server.requests == []


@pytest.mark.parametrize("url", ["ftp://erp.example/", "http://a:b@erp.example/", "nonsense"])
def test_should_send_nothing_to_what_is_no_address(url: str) -> None:
    with pytest.raises(DeliveryFailedError, match="cannot be used"):
        post(HERE, url)
