"""Settings of one machine that cannot be used are refused before anything is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookalike.errors import BadParameterError
from lookalike.local.settings import LocalSettings


@pytest.mark.parametrize("proxy", ["10.0.0.7", "10.0.0.0/24", "::1", "2001:db8::/32"])
def test_should_trust_addresses_and_networks(proxy: str) -> None:
    assert LocalSettings(Path("data"), trusted_proxies=(proxy,)).trusted_proxies == (proxy,)


@pytest.mark.parametrize("proxy", ["*", "proxy.example", "10.0.0.7/24", "10.0.0.7,10.0.0.8", ""])
def test_should_trust_nothing_else(proxy: str) -> None:
    with pytest.raises(BadParameterError, match="no address or network of a proxy"):
        LocalSettings(Path("data"), trusted_proxies=("127.0.0.1", proxy))
