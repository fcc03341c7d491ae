"""Fetching from a server: what comes back, what is refused, and where connections go."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress

import pytest

from lambdas.shared.errors import (
    HostNotAllowedError,
    ImageForbiddenError,
    ImageNotFoundError,
    ImageUnreachableError,
    LookalikeError,
    PermanentError,
    TooManyRedirectsError,
    TransientError,
    UrlInvalidError,
)
from lambdas.shared.images.web import WebFetcher
from tests.servers import PictureServer, answer, redirect

PUBLIC = "93.184.215.14"
PICTURE = b"\xff\xd8\xff picture"


class LoopbackInternet:
    """An internet of one server: every address that is connected to is that server.

    Args:
        server: where connections end up.
        answers: what a host name resolves to, look-up by look-up; the last answer stays.
        silent: addresses that refuse connections.
    """

    def __init__(
        self,
        server: PictureServer,
        answers: Sequence[Sequence[str]] = ((PUBLIC,),),
        silent: Sequence[str] = (),
    ) -> None:
        self._server = server
        self._answers = list(answers)
        self._silent = silent
        self.lookups: list[str] = []
        self.connections: list[tuple[str, int]] = []

    def resolve(self, host: str, _port: int) -> Sequence[str]:
        self.lookups.append(host)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    def connect(self, place: tuple[str, int], seconds: float) -> socket.socket:
        self.connections.append(place)
        if place[0] in self._silent:
            raise ConnectionRefusedError
        return socket.create_connection(("127.0.0.1", self._server.port), seconds)

    def fetcher(self) -> WebFetcher:
        return WebFetcher(resolve=self.resolve, connect=self.connect)


@pytest.fixture
def server() -> Iterator[PictureServer]:
    with PictureServer() as server:
        server.route("/p.jpg", answer(PICTURE))
        yield server


@pytest.fixture
def internet(server: PictureServer) -> LoopbackInternet:
    return LoopbackInternet(server)


@pytest.fixture(scope="module")
def fetcher() -> WebFetcher:
    """One that may read from this machine."""
    return WebFetcher(allow_private_hosts=True)


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


def test_should_resolve_once_for_each_hop(
    server: PictureServer, internet: LoopbackInternet
) -> None:
    server.route("/old", redirect("http://other.example/p.jpg"))
    internet.fetcher().fetch("http://shop.example/old")
    assert internet.lookups == ["shop.example", "other.example"]


def test_should_not_be_rebound(server: PictureServer) -> None:
    """The second answer of the resolver, which leads inside, is never asked for."""
    internet = LoopbackInternet(server, [[PUBLIC], ["127.0.0.1"]])
    assert internet.fetcher().fetch("http://rebind.example/p.jpg") == PICTURE
    assert internet.connections == [(PUBLIC, 80)]


def test_should_refuse_a_hop_whose_name_is_rebound(server: PictureServer) -> None:
    internet = LoopbackInternet(server, [[PUBLIC], ["127.0.0.1"]])
    server.route("/old", redirect("/p.jpg"))
    with pytest.raises(HostNotAllowedError):
        internet.fetcher().fetch("http://rebind.example/old")
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
