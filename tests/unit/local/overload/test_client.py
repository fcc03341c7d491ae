"""Addresses that one host may choose among are one client."""

from __future__ import annotations

import pytest

from lookalike.local.overload.client import client_of


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("a-name", "a-name"),
        ("", ""),
    ],
)
def test_should_know_clients_by_address_or_network(host: str, client: str) -> None:
    assert client_of(host) == client
