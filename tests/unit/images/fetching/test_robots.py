"""Pictures are fetched as the robots.txt of their hosts allows, which is asked for once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from lookalike.errors import HostNotAllowedError, TransientError, UrlInvalidError
from lookalike.images.fetching.connections import Connections
from lookalike.images.fetching.robots import (
    KEPT_SECONDS,
    MAX_CRAWL_DELAY,
    MAX_HOSTS,
    UNREACHABLE_SECONDS,
    ObedientFetcher,
    Robots,
    RobotsDisallowedError,
    RobotsUnreachableError,
)
from lookalike.images.fetching.web import WebFetcher
from lookalike.images.fetching.web_address import parse
from tests.fakes import Clock
from tests.servers import PictureServer, Route, answer, redirect
from tests.unit.images.fetching.internet import PICTURE, LoopbackInternet

ROBOTS = "/robots.txt"


class Visitor:
    """What fetches as robots.txt allows, at a time that passes when it waits."""

    def __init__(self, connections: Connections | None = None, sharing: int = 1) -> None:
        self.clock = Clock()
        self.clock.now = 1_000.0
        connections = connections or Connections(allow_private_hosts=True)
        self.robots = Robots(connections, sharing, self.clock, self._pause)
        web = WebFetcher(connections, before_redirect=self.robots.require_allowed)
        self.fetcher = ObedientFetcher(web, self.robots)

    def _pause(self, seconds: float) -> None:
        self.clock.now += seconds


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


def says(server: PictureServer, *lines: str) -> None:
    text = "\n".join(["User-agent: *", *lines])
    server.route(ROBOTS, answer(text.encode(), content_type="text/plain"))


def asked(server: PictureServer, path: str = ROBOTS) -> int:
    return [request.path for request in server.requests].count(path)


def test_should_fetch_what_is_allowed_alone(visitor: Visitor, server: PictureServer) -> None:
    says(server, "Disallow: /private/")
    assert visitor.fetcher.fetch(server.url("/p.jpg")) == PICTURE
    assert visitor.fetcher.ask(server.url("/p.jpg")).content == PICTURE
    with pytest.raises(RobotsDisallowedError, match=r"robots\.txt.*obey_robots_txt"):
        visitor.fetcher.ask(server.url("/private/p.jpg"))
    assert asked(server, "/private/p.jpg") == 0


def test_should_say_who_asks(visitor: Visitor, server: PictureServer) -> None:
    visitor.fetcher.fetch(server.url("/p.jpg"))
    agents = {request.headers["User-Agent"] for request in server.requests}
    assert len(agents) == 1
    assert agents.pop().startswith("Lookalike ")


def test_should_ask_once_an_hour_however_many_pictures_there_are(
    visitor: Visitor, server: PictureServer
) -> None:
    says(server)
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(visitor.fetcher.fetch, [server.url("/p.jpg")] * 20)) == {PICTURE}
    assert asked(server) == 1
    says(server, "Disallow: /")
    visitor.clock.now += KEPT_SECONDS - 1
    visitor.fetcher.fetch(server.url("/p.jpg"))
    visitor.clock.now += 1
    with pytest.raises(RobotsDisallowedError):
        visitor.fetcher.fetch(server.url("/p.jpg"))


def test_should_ask_each_host_and_port(visitor: Visitor, server: PictureServer) -> None:
    says(server)
    for host in ("127.0.0.1", "localhost"):
        visitor.fetcher.fetch(server.url("/p.jpg", host=host))
    hosts = [request.headers["Host"] for request in server.requests if request.path == ROBOTS]
    assert hosts == [f"127.0.0.1:{server.port}", f"localhost:{server.port}"]


def test_should_forget_hosts_when_there_are_many(server: PictureServer) -> None:
    internet = LoopbackInternet(server)
    visitor = Visitor(Connections(resolve=internet.resolve, connect=internet.connect))
    for n in (*range(MAX_HOSTS + 1), 1, 0):
        visitor.robots.require_allowed(parse(f"http://h{n}.example/p.jpg"))
    assert asked(server) == MAX_HOSTS + 2, "the first host alone is asked again"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_should_allow_everything_where_there_is_no_robots_txt(
    visitor: Visitor, server: PictureServer, status: int
) -> None:
    server.route(ROBOTS, answer(status=status))
    assert visitor.fetcher.fetch(server.url("/p.jpg")) == PICTURE


@pytest.mark.parametrize(
    "route",
    [
        answer(status=500),
        answer(status=503),
        answer(status=429),
        answer(b"User-agent", content_encoding="br"),
        answer(b"#" * 2_000_001),
    ],
)
def test_should_fetch_nothing_while_robots_txt_cannot_be_read(
    visitor: Visitor, server: PictureServer, route: Route
) -> None:
    server.route(ROBOTS, route)
    for _ in range(3):
        with pytest.raises(RobotsUnreachableError, match="Try again later") as refused:
            visitor.fetcher.fetch(server.url("/p.jpg"))
        assert isinstance(refused.value, TransientError), "the row is kept for another try"
    assert (asked(server), asked(server, "/p.jpg")) == (1, 0)
    says(server)
    visitor.clock.now += UNREACHABLE_SECONDS
    assert visitor.fetcher.fetch(server.url("/p.jpg")) == PICTURE


def test_should_fetch_nothing_from_a_host_that_does_not_answer(server: PictureServer) -> None:
    internet = LoopbackInternet(server, silent=["93.184.215.14"])
    visitor = Visitor(Connections(resolve=internet.resolve, connect=internet.connect))
    with pytest.raises(RobotsUnreachableError):
        visitor.fetcher.fetch("http://shop.example/p.jpg")


def test_should_follow_redirects_of_robots_txt(visitor: Visitor, server: PictureServer) -> None:
    for n in range(5):
        server.route(f"/{n}", redirect(f"/{n + 1}"))
    server.route(ROBOTS, redirect("/1"))
    server.route("/5", answer(b"User-agent: *\nDisallow: /p"))
    with pytest.raises(RobotsDisallowedError):
        visitor.fetcher.fetch(server.url("/p.jpg"))


def test_should_allow_everything_where_robots_txt_leads_nowhere(
    visitor: Visitor, server: PictureServer
) -> None:
    server.route(ROBOTS, redirect(ROBOTS))
    assert visitor.fetcher.fetch(server.url("/p.jpg")) == PICTURE


def test_should_ask_about_the_address_that_a_picture_redirects_to(
    visitor: Visitor, server: PictureServer
) -> None:
    says(server, "Disallow: /p.jpg")
    server.route("/old.jpg", redirect("/p.jpg"))
    with pytest.raises(RobotsDisallowedError):
        visitor.fetcher.fetch(server.url("/old.jpg"))
    assert asked(server, "/p.jpg") == 0


def test_should_ask_no_host_for_robots_txt_that_may_not_be_asked_for_pictures(
    server: PictureServer,
) -> None:
    visitor = Visitor(Connections())
    with pytest.raises(HostNotAllowedError):
        visitor.fetcher.fetch(server.url("/p.jpg"))
    with pytest.raises(UrlInvalidError):
        visitor.fetcher.fetch("ftp://shop.example/p.jpg")
    assert server.requests == []


def test_should_follow_no_redirect_of_robots_txt_into_a_private_network(
    server: PictureServer,
) -> None:
    server.route(ROBOTS, redirect("http://10.0.0.1/robots.txt"))
    internet = LoopbackInternet(server)
    visitor = Visitor(Connections(resolve=internet.resolve, connect=internet.connect))
    assert visitor.fetcher.fetch("http://shop.example/p.jpg") == PICTURE
    assert {ip for ip, _ in internet.connections} == {"93.184.215.14"}


@pytest.mark.parametrize(
    ("delay", "sharing", "waited"), [("2.5", 1, 2.5), ("2", 3, 6.0), ("60", 1, MAX_CRAWL_DELAY)]
)
def test_should_wait_between_pictures_as_long_as_a_host_asks(
    server: PictureServer, delay: str, sharing: int, waited: float
) -> None:
    says(server, f"Crawl-delay: {delay}")
    visitor = Visitor(sharing=sharing)
    for n in range(4):
        visitor.fetcher.fetch(server.url("/p.jpg"))
        assert visitor.clock.now == 1_000 + n * waited
    assert visitor.robots.slow_hosts() == {"127.0.0.1"}


def test_should_not_wait_where_no_host_asks_for_it(visitor: Visitor, server: PictureServer) -> None:
    says(server)
    for _ in range(3):
        visitor.fetcher.fetch(server.url("/p.jpg"))
    assert visitor.clock.now == 1_000
    assert visitor.robots.slow_hosts() == set()


def test_should_not_wait_for_what_nobody_wants_any_more(server: PictureServer) -> None:
    visitor = Visitor()

    def unwanted(_address: str) -> None:
        raise UrlInvalidError("Not wanted.")

    fetcher = ObedientFetcher(visitor.fetcher, visitor.robots, unwanted)
    with pytest.raises(UrlInvalidError, match="Not wanted"):
        fetcher.fetch(server.url("/p.jpg"))
    assert server.requests == []
