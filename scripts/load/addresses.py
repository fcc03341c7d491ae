"""Addresses of this machine, for clients that are to be told apart."""

from __future__ import annotations

from ipaddress import IPv4Address

_FIRST = IPv4Address("127.1.0.1")


def client_addresses(count: int, first: int = 0) -> list[str]:
    """So many loopback addresses (Linux answers at all of 127.0.0.0/8).

    Args:
        count: how many.
        first: how many to pass over, which others have.
    """
    return [str(_FIRST + first + row) for row in range(count)]
