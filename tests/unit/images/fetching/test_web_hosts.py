"""Names that nobody knows, names that lead inside, and addresses of this machine itself."""

from __future__ import annotations

import socket
from collections.abc import Sequence

import pytest

from lookalike.errors import HostNotAllowedError, ImageUnreachableError
from lookalike.images.fetching.connections import Connections
from lookalike.images.fetching.hosts import is_own
from lookalike.images.fetching.web import WebFetcher
from tests.servers import PictureServer
from tests.unit.images.fetching.internet import PUBLIC, LoopbackInternet


@pytest.mark.parametrize("reason", [socket.EAI_AGAIN, socket.EAI_FAIL])
def test_should_say_that_no_name_server_answers(reason: int) -> None:
    """This may pass, unlike a name that is unknown."""

    def resolve(_host: str, _port: int) -> Sequence[str]:
        raise socket.gaierror(reason, "Temporary failure in name resolution")

    with pytest.raises(ImageUnreachableError, match=r"'shop\.example'.*no name server"):
        WebFetcher(Connections(resolve=resolve)).fetch("http://shop.example/")


@pytest.mark.parametrize("reason", [socket.EAI_NONAME, socket.EAI_NODATA])
def test_should_not_tell_an_unknown_name_from_one_inside(reason: int) -> None:
    def unknown(_host: str, _port: int) -> Sequence[str]:
        raise socket.gaierror(reason, "Name or service not known")

    refusals = []
    for resolve in (unknown, lambda *_: ["10.0.0.8"], lambda *_: []):
        with pytest.raises(HostNotAllowedError, match=r"'db\.example' cannot be found") as refusal:
            WebFetcher(Connections(resolve=resolve)).fetch("http://db.example/")
        refusals.append(refusal.value.detail)
    assert len(set(refusals)) == 1


def test_should_not_fetch_from_a_public_address_of_this_machine(
    server: PictureServer, internet: LoopbackInternet
) -> None:
    own = WebFetcher(
        Connections(
            resolve=internet.resolve, connect=internet.connect, is_own=lambda ip: ip == PUBLIC
        )
    )
    for url in ("http://shop.example/p.jpg", f"http://{PUBLIC}/p.jpg"):
        with pytest.raises(HostNotAllowedError, match="private or reserved"):
            own.fetch(url)
    assert internet.connections == []
    assert server.requests == []


@pytest.mark.parametrize(
    ("address", "own"),
    [("127.0.0.1", True), ("192.0.2.1", False), ("2001:db8::1", False)],
)
def test_should_know_the_addresses_of_this_machine(address: str, *, own: bool) -> None:
    assert is_own(address) == own
