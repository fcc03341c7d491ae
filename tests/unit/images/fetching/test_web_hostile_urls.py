"""No hostile address leads to a connection."""

from __future__ import annotations

import socket
from collections.abc import Sequence

import pytest

from lookalike.errors import HostNotAllowedError, ImageUrlError, UrlInvalidError
from lookalike.images.fetching.connections import Connections
from lookalike.images.fetching.fetcher import CatalogueFetcher
from lookalike.images.fetching.web import WebFetcher
from lookalike.images.fetching.web_address import parse
from tests.unit.images.fetching.hostile_urls import HOSTILE, NAMES, hostile_urls


class CountingNetwork:
    """Resolves the names of the table, connects to nothing, and remembers both."""

    def __init__(self) -> None:
        self.lookups: list[str] = []
        self.connections: list[tuple[str, int]] = []

    def resolve(self, host: str, _port: int) -> Sequence[str]:
        self.lookups.append(host)
        if host not in NAMES:
            raise socket.gaierror(socket.EAI_NONAME, "unknown to the tests")
        return NAMES[host]

    def connect(self, place: tuple[str, int], _seconds: float) -> socket.socket:
        self.connections.append(place)
        raise ConnectionRefusedError


@pytest.fixture(scope="module")
def patient() -> tuple[WebFetcher, CountingNetwork]:
    """One fetcher for the whole table: building the TLS trust takes longer than refusing."""
    network = CountingNetwork()
    return WebFetcher(Connections(resolve=network.resolve, connect=network.connect)), network


@pytest.mark.parametrize(
    ("url", "error"),
    [
        pytest.param(url, error, id=ascii(f"{what} {url[:60]}"))
        for what, url, error in hostile_urls()
    ],
)
def test_should_refuse_without_connecting(
    patient: tuple[WebFetcher, CountingNetwork], url: str, error: type[ImageUrlError]
) -> None:
    fetcher, network = patient
    with pytest.raises(error) as refusal:
        fetcher.fetch(url)
    assert network.connections == []
    assert type(refusal.value) is error
    assert refusal.value.detail.endswith(".")


def test_table_should_be_long_enough() -> None:
    urls = [url for _, url, _ in hostile_urls()]
    assert len(urls) >= 200
    assert len(set(urls)) == len(urls)


def test_should_look_up_only_names() -> None:
    """IP addresses, odd spellings and malformed addresses never reach the resolver."""
    network = CountingNetwork()
    fetcher = WebFetcher(Connections(resolve=network.resolve, connect=network.connect))
    for attempt, url, _ in hostile_urls():
        if not attempt.startswith("names"):
            with pytest.raises(ImageUrlError):
                fetcher.fetch(url)
    assert network.lookups == []


@pytest.mark.parametrize("name", [name for name in NAMES if name != "broken.example"])
def test_refusal_should_not_tell_what_a_name_resolves_to(name: str) -> None:
    network = CountingNetwork()
    fetcher = WebFetcher(Connections(resolve=network.resolve, connect=network.connect))
    with pytest.raises(HostNotAllowedError) as refusal:
        fetcher.fetch(f"http://{name}/")
    told = refusal.value.detail.replace(name, "")
    assert name in refusal.value.detail
    assert not any(ip in told for ip in NAMES[name] if ip != "::")


@pytest.mark.parametrize("url", HOSTILE["credentials"][1])
def test_refusal_should_not_repeat_credentials(url: str) -> None:
    with pytest.raises(UrlInvalidError) as refusal:
        parse(url)
    assert "@" not in refusal.value.detail
    assert "secret" not in refusal.value.detail


@pytest.mark.parametrize(
    "url", [url for url in HOSTILE["other scheme"][1] if ":" in url.partition("/")[0]]
)
def test_catalogue_should_refuse_other_schemes_by_the_web_fetcher(
    patient: tuple[WebFetcher, CountingNetwork], url: str
) -> None:
    with pytest.raises(UrlInvalidError):
        CatalogueFetcher(patient[0]).fetch(url)
