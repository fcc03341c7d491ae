"""Fetching from a server: what comes back, what is refused, and where connections go."""

from __future__ import annotations

from contextlib import suppress

import pytest

from lookalike.errors import (
    HostNotAllowedError,
    ImageForbiddenError,
    ImageNotFoundError,
    ImageUnreachableError,
    LookalikeError,
    PermanentError,
    TransientError,
)
from lookalike.images.fetching.web import WebFetcher
from tests.servers import PictureServer, answer, redirect
from tests.unit.images.fetching.internet import PICTURE, PUBLIC, LoopbackInternet


def test_should_fetch_a_picture(fetcher: WebFetcher, server: PictureServer) -> None:
    assert fetcher.fetch(server.url("/p.jpg")) == PICTURE


def test_should_read_the_loopback_by_name_where_private_hosts_are_allowed(
    fetcher: WebFetcher, server: PictureServer
) -> None:
    assert fetcher.fetch(server.url("/p.jpg", host="localhost")) == PICTURE


def test_should_give_an_empty_body_as_it_is(fetcher: WebFetcher, server: PictureServer) -> None:
    """Preparation refuses it, as any other bytes that are no picture."""
    assert fetcher.fetch(server.route("/empty.jpg", answer(b""))) == b""


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("/p.jpg?w=1&h=2#top", "/p.jpg?w=1&h=2"),
        ("?a=b", "/?a=b"),
        ("", "/"),
        ("/bücher/%C3%BC%20x.jpg", "/b%C3%BCcher/%C3%BC%20x.jpg"),
        ('/<a>"{b}|^`.jpg', "/%3Ca%3E%22%7Bb%7D%7C%5E%60.jpg"),
        ("/a/../p.jpg", "/a/../p.jpg"),
    ],
)
def test_should_send_path_and_query_encoded(
    fetcher: WebFetcher, server: PictureServer, written: str, sent: str
) -> None:
    with suppress(ImageNotFoundError):
        fetcher.fetch(server.url(written))
    assert server.requests[0].path == sent


def test_should_tell_the_server_the_name_and_connect_to_the_checked_address(
    server: PictureServer, internet: LoopbackInternet
) -> None:
    assert internet.fetcher().fetch("http://Shop.Example:8080/p.jpg") == PICTURE
    assert internet.connections == [(PUBLIC, 8080)]
    assert server.requests[0].headers["Host"] == "shop.example:8080"


@pytest.mark.parametrize(
    ("url", "place", "host"),
    [
        ("http://bücher.example/p.jpg", (PUBLIC, 80), "xn--bcher-kva.example"),
        ("http://shop.example./p.jpg", (PUBLIC, 80), "shop.example"),
        ("http://shop.example:/p.jpg", (PUBLIC, 80), "shop.example"),
        ("http://8.8.4.4/p.jpg", ("8.8.4.4", 80), "8.8.4.4"),
        ("http://[2606:4700::1111]:81/p.jpg", ("2606:4700::1111", 81), "[2606:4700::1111]:81"),
    ],
)
def test_should_accept_ordinary_hosts(
    server: PictureServer,
    internet: LoopbackInternet,
    url: str,
    place: tuple[str, int],
    host: str,
) -> None:
    assert internet.fetcher().fetch(url) == PICTURE
    assert internet.connections == [place]
    assert server.requests[0].headers["Host"] == host


def test_should_send_nothing_that_tells_who_asks(
    fetcher: WebFetcher, server: PictureServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No cookie, no credential, no referrer; and the environment names no proxy."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    monkeypatch.setenv("NO_PROXY", "")
    server.route("/old", redirect("/p.jpg", headers={"Set-Cookie": "session=1; Path=/"}))
    fetcher.fetch(server.url("/old"))
    fetcher.fetch(server.url("/p.jpg"))
    expected = {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}
    assert [set(request.headers) for request in server.requests] == [expected] * 3


def test_should_not_be_rebound(server: PictureServer) -> None:
    """The second answer of the resolver, which leads inside, is never asked for."""
    internet = LoopbackInternet(server, [[PUBLIC], ["127.0.0.1"]])
    assert internet.fetcher().fetch("http://rebind.example/p.jpg") == PICTURE
    assert internet.connections == [(PUBLIC, 80)]


def test_should_try_the_next_address_where_one_refuses(server: PictureServer) -> None:
    internet = LoopbackInternet(server, [["93.184.215.1", PUBLIC]], silent=["93.184.215.1"])
    assert internet.fetcher().fetch("http://shop.example/p.jpg") == PICTURE
    assert internet.connections == [("93.184.215.1", 80), (PUBLIC, 80)]


def test_should_not_try_addresses_without_end(server: PictureServer) -> None:
    many = [f"93.184.215.{last}" for last in range(1, 60)]
    internet = LoopbackInternet(server, [many], silent=many)
    with pytest.raises(ImageUnreachableError):
        internet.fetcher().fetch("http://shop.example/p.jpg")
    assert internet.connections == [(ip, 80) for ip in many[:4]]


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        *[(status, ImageNotFoundError, PermanentError) for status in (404, 410)],
        *[
            (status, ImageForbiddenError, PermanentError)
            for status in (400, 401, 402, 403, 405, 406, 407, 418, 451, 499)
        ],
        *[
            (status, ImageUnreachableError, TransientError)
            for status in (408, 425, 429, 500, 502, 503, 504, 520, 599, 999)
        ],
        *[(status, ImageUnreachableError, TransientError) for status in (300, 304, 302, 101, 103)],
    ],
)
def test_should_sort_refusals_by_what_the_caller_can_do(
    fetcher: WebFetcher,
    server: PictureServer,
    status: int,
    error: type[LookalikeError],
    kind: type[LookalikeError],
) -> None:
    with pytest.raises(error) as refusal:
        fetcher.fetch(server.route("/x.jpg", answer(b"sorry", status=status)))
    assert isinstance(refusal.value, kind)
    assert "127.0.0.1" in refusal.value.detail
    assert str(status) in refusal.value.detail


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/",
        "http://[fd00:ec2::254]/",
        "http://100.100.100.200/",
        "http://0.0.0.0/",
        "http://[::]/",
        "http://224.0.0.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://127.1/",
        "http://2130706433/",
        "http://100.64.0.1/",
        "http://[fe80::1]/",
    ],
)
def test_should_keep_every_other_rule_where_private_hosts_are_allowed(
    fetcher: WebFetcher, url: str
) -> None:
    with pytest.raises(HostNotAllowedError):
        fetcher.fetch(url)
