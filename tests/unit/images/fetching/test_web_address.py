"""Reading addresses: whatever comes in, the parse and the check agree with everybody else's."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lookalike.errors import ImageUrlError
from lookalike.images.fetching.hosts import is_allowed, system_addresses
from lookalike.images.fetching.web_address import MAX_ADDRESS_LENGTH, parse

ODD = "htps:/.@[]%?#\\0x7f1lo \t\r\n\x00\u3002\uff0e\u2460\u00ad-_"
NETWORKS_INSIDE = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16")


@settings(deadline=None)
@given(st.text(alphabet=st.one_of(st.sampled_from(ODD), st.characters()), max_size=60))
def test_should_refuse_or_agree_with_the_standard_library(rest: str) -> None:
    """Two readings of one address are how filters are passed; so there must be only one."""
    url = f"http://{rest}"
    try:
        address = parse(url)
    except ImageUrlError:
        return
    other = urlsplit(url)
    assert other.username is None
    assert (other.port or 80) == address.port
    if (other.hostname or "").isascii():
        assert (other.hostname or "").rstrip(".") in {address.host, other.hostname}
    assert address.host.isascii()
    assert address.target.isascii()
    assert not any(char.isspace() for char in address.authority + address.target)


@settings(deadline=None)
@given(st.text(alphabet=ODD, max_size=40))
@example("0x7f.1")
@example("127.0.0.1")
def test_should_accept_only_ip_addresses_in_their_usual_form(host: str) -> None:
    """A host that the C library reads as a number without asking DNS is one for us, too."""
    try:
        address = parse(f"http://{host}/")
    except ImageUrlError:
        return
    if address.literal is None:
        with pytest.raises(OSError, match="illegal"):
            socket.inet_aton(address.host)


@settings(deadline=None)
@given(st.ip_addresses(v=4))
def test_should_read_back_any_ipv4(ip: IPv4Address) -> None:
    assert parse(f"http://{ip}/").literal == ip


@settings(deadline=None)
@given(st.ip_addresses(v=6))
def test_should_read_back_any_ipv6(ip: IPv6Address) -> None:
    for written in (str(ip), ip.exploded, ip.exploded.upper()):
        address = parse(f"http://[{written}]:81/")
        assert address.literal == ip
        assert address.authority == f"[{ip}]:81"


@pytest.mark.parametrize("network", NETWORKS_INSIDE)
@settings(deadline=None)
@given(data=st.data())
def test_should_refuse_networks_inside_however_they_are_wrapped(
    network: str, data: st.DataObject
) -> None:
    ip = data.draw(st.ip_addresses(network=network))
    low = int(ip)
    wrapped = [
        IPv6Address(low),  # IPv4-compatible
        IPv6Address(0xFFFF << 32 | low),  # IPv4-mapped
        IPv6Address(0xFFFF << 48 | low),  # IPv4-translated
        IPv6Address(0x64_FF9B << 96 | low),  # NAT64
        IPv6Address(0x2002 << 112 | low << 80 | 1),  # 6to4
        IPv6Address(0x2001_0000 << 96 | low ^ 0xFFFFFFFF),  # Teredo
    ]
    assert not any(is_allowed(str(address)) for address in (ip, *wrapped))
    assert not any(is_allowed(str(address), allow_private=True) for address in wrapped[1:])


@settings(deadline=None)
@given(st.ip_addresses())
def test_should_allow_nothing_that_python_does_not_call_global(
    ip: IPv4Address | IPv6Address,
) -> None:
    if is_allowed(str(ip)):
        assert ip.is_global
        special = (ip.is_private, ip.is_loopback, ip.is_link_local, ip.is_multicast)
        assert not any(special)


@pytest.mark.parametrize("ip", ["8.8.8.8", "1.1.1.1", "93.184.215.14", "52.95.110.1", "172.32.0.1"])
def test_should_allow_ordinary_addresses(ip: str) -> None:
    assert is_allowed(ip)


@pytest.mark.parametrize(
    "ip", ["127.0.0.1", "::1", "10.1.2.3", "172.16.0.9", "192.168.1.1", "fd00::1"]
)
def test_should_allow_networks_inside_on_request(ip: str) -> None:
    assert not is_allowed(ip)
    assert is_allowed(ip, allow_private=True)


def test_system_should_resolve_the_loopback() -> None:
    assert all(ip_address(ip).is_loopback for ip in system_addresses("localhost", 80))


def test_should_read_addresses_up_to_the_limit() -> None:
    longest = "http://shop.example/".ljust(MAX_ADDRESS_LENGTH, "a")
    assert len(parse(longest).target) == MAX_ADDRESS_LENGTH - len("http://shop.example")
    with pytest.raises(ImageUrlError, match="longer"):
        parse(longest + "a")
