"""Who asks: the client that shares are counted for."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

HOME_PREFIX = 64
"""Bits of an IPv6 address that name a network, within which one host has as many addresses as it
likes (RFC 4291, section 2.5.4)."""


def client_of(host: str) -> str:
    """The client at an address: the address itself, or the network of an IPv6 address.

    Args:
        host: an address as the system or a proxy writes it. Anything else is its own client.
    """
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:  # a socket for both kinds shows IPv4 so
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), HOME_PREFIX), strict=False))
