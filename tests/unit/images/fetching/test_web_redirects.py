"""Redirects: followed three times, each hop checked like the first."""

from __future__ import annotations

import pytest

from lookalike.errors import (
    HostNotAllowedError,
    ImageUnreachableError,
    LookalikeError,
    TooManyRedirectsError,
    UrlInvalidError,
)
from lookalike.images.fetching.web import WebFetcher
from tests.servers import PictureServer, answer, redirect
from tests.unit.images.fetching.internet import PICTURE, PUBLIC, LoopbackInternet


def test_should_resolve_once_for_each_hop(
    server: PictureServer, internet: LoopbackInternet
) -> None:
    server.route("/old", redirect("http://other.example/p.jpg"))
    internet.fetcher().fetch("http://shop.example/old")
    assert internet.lookups == ["shop.example", "other.example"]


def test_should_refuse_a_hop_whose_name_is_rebound(server: PictureServer) -> None:
    internet = LoopbackInternet(server, [[PUBLIC], ["127.0.0.1"]])
    server.route("/old", redirect("/p.jpg"))
    with pytest.raises(HostNotAllowedError):
        internet.fetcher().fetch("http://rebind.example/old")
    assert internet.connections == [(PUBLIC, 80)]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_should_follow_three_redirects(
    fetcher: WebFetcher, server: PictureServer, status: int
) -> None:
    server.route("/1", redirect("/2", status))
    server.route("/2", redirect("3", status))
    server.route("/3", redirect(server.url("/p.jpg"), status))
    assert fetcher.fetch(server.url("/1")) == PICTURE


def test_should_not_follow_a_fourth_redirect(fetcher: WebFetcher, server: PictureServer) -> None:
    server.route("/loop", redirect("/loop"))
    with pytest.raises(TooManyRedirectsError):
        fetcher.fetch(server.url("/loop"))
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    ("location", "error"),
    [
        ("http://127.0.0.1/", HostNotAllowedError),
        ("//127.0.0.1/", HostNotAllowedError),
        ("http://169.254.169.254/latest/meta-data/", HostNotAllowedError),
        ("http://[::ffff:7f00:1]/", HostNotAllowedError),
        ("http://0x7f.1/", HostNotAllowedError),
        ("http://user:secret@other.example/", UrlInvalidError),
        ("//user:secret@other.example/", UrlInvalidError),
        ("file:///etc/passwd", UrlInvalidError),
        ("ftp://other.example/p.jpg", UrlInvalidError),
        ("data:image/png;base64,AAAA", UrlInvalidError),
        ("http://other.example:99999/", UrlInvalidError),
        ("http://[", UrlInvalidError),
        ("http:\\\\127.0.0.1\\", UrlInvalidError),
        ("/" + "a" * 3_000, UrlInvalidError),
        ("/with space.jpg", UrlInvalidError),
        ("/\xff\xfe.jpg", UrlInvalidError),
    ],
)
def test_should_check_where_a_redirect_leads(
    server: PictureServer,
    internet: LoopbackInternet,
    location: str,
    error: type[LookalikeError],
) -> None:
    server.route("/old", redirect(location))
    with pytest.raises(error) as refusal:
        internet.fetcher().fetch("http://shop.example/old")
    assert len(internet.connections) == 1
    assert not any(secret in refusal.value.detail for secret in ("127.0", "169.254", "secret"))


def test_should_read_a_redirect_in_utf_8(fetcher: WebFetcher, server: PictureServer) -> None:
    server.route("/old", redirect("/ü.jpg".encode().decode("latin-1")))
    server.route("/%C3%BC.jpg", answer(PICTURE))
    assert fetcher.fetch(server.url("/old")) == PICTURE


def test_should_name_the_host_that_the_caller_knows(server: PictureServer) -> None:
    """Which host a redirect leads to is nothing that the caller gave."""
    internet = LoopbackInternet(server, silent=["93.184.215.1"])
    server.route("/1", redirect("http://second.example/2"))
    server.route("/2", redirect("http://93.184.215.1/"))
    with pytest.raises(ImageUnreachableError) as refusal:
        internet.fetcher().fetch("http://redirects.example/1")
    assert "behind the redirect of 'redirects.example' refuses" in refusal.value.detail
    assert "second" not in refusal.value.detail
    assert "93.184" not in refusal.value.detail
