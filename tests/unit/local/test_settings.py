"""Settings of one machine that cannot be used are refused before anything is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookalike.errors import BadParameterError
from lookalike.images.fetching.robots import RobotsDisallowedError
from lookalike.local.settings import LocalSettings
from tests.servers import PictureServer, answer


@pytest.mark.parametrize("proxy", ["10.0.0.7", "10.0.0.0/24", "::1", "2001:db8::/32"])
def test_should_trust_addresses_and_networks(proxy: str) -> None:
    assert LocalSettings(Path("data"), trusted_proxies=(proxy,)).trusted_proxies == (proxy,)


@pytest.mark.parametrize("proxy", ["*", "proxy.example", "10.0.0.7/24", "10.0.0.7,10.0.0.8", ""])
def test_should_trust_nothing_else(proxy: str) -> None:
    with pytest.raises(BadParameterError, match="no address or network of a proxy"):
        LocalSettings(Path("data"), trusted_proxies=("127.0.0.1", proxy))


def test_should_let_imports_alone_ask_for_robots_txt() -> None:
    settings = LocalSettings(Path("data"), allow_private_hosts=True, obey_robots_txt=True)
    with PictureServer() as server:
        server.route("/robots.txt", answer(b"User-agent: *\nDisallow: /p"))
        address = server.route("/p.jpg", answer(b"picture"))
        with pytest.raises(RobotsDisallowedError):
            settings.fetcher().fetch(address)
        assert settings.web_fetcher().fetch(address) == b"picture"


def test_should_not_ask_for_robots_txt_unless_it_is_wanted() -> None:
    with PictureServer() as server:
        address = server.route("/p.jpg", answer(b"picture"))
        LocalSettings(Path("data"), allow_private_hosts=True).fetcher().fetch(address)
        assert [request.path for request in server.requests] == ["/p.jpg"]
