"""Refuses requests that web pages of other sites make a browser send to this machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from lookalike.http.problems import CrossSiteError

_HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
FETCHING = ("/find_similar", "/search")
"""Beginnings of paths whose GET makes the service fetch and compute: they are not harmless."""
_OWN = frozenset({"same-origin", "none"})
"""The origins of our own page, and of addresses that the user typed or opened."""

_MAX_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Hosts:
    """The hosts that a service answers as.

    Anybody can point a name of theirs to this machine, and then their page is of the same site
    as this service (DNS rebinding). Nobody can do so with an address or with ``localhost``.

    Attributes:
        bound: the address that the server listens on; ``None``: any host is answered.
        names: further names, in lower case.
    """

    bound: str | None = None
    names: frozenset[str] = frozenset()

    def include(self, name: str) -> bool:
        """Whether the service is known by this name or address; on loopback by no address else."""
        plain = name.lower().rstrip(".")
        if self.bound is None or plain in {self.bound, *self.names} or is_loopback(plain):
            return True
        return _is_address(name) and not is_loopback(self.bound)


def refuse_cross_site(scope: Mapping[str, Any], hosts: Hosts) -> None:
    """Refuse a request that the page of another site has caused.

    Clients other than browsers need a host that the service is known by, and send no other of
    these headers.

    Args:
        scope: the request, as ASGI describes it.
        hosts: that the service answers as.

    Raises:
        CrossSiteError: the page of another site has caused the request.
    """
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    host = headers.get(b"host", "")
    if host and not hosts.include(_name(host)):
        raise CrossSiteError(
            f"This service does not know itself as {host[:_MAX_SHOWN]}. Ask for its address or for "
            "localhost, or start it with --allow-host NAME."
        )
    is_harmless = scope["method"] in _HARMLESS and not scope["path"].startswith(FETCHING)
    if not is_harmless and _is_cross_site(headers, host):
        raise CrossSiteError("A page of another site may neither change anything here nor check.")


def is_loopback(host: str) -> bool:
    """Return whether this name or address always means the machine itself."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_cross_site(headers: Mapping[bytes, str], host: str) -> bool:
    """Decide as Go's ``http.CrossOriginProtection``: by Sec-Fetch-Site, else by the origin."""
    site, origin = headers.get(b"sec-fetch-site"), headers.get(b"origin")
    if site is not None:
        return site not in _OWN
    return origin is not None and _origin_host(origin) != host.lower()


def _origin_host(origin: str) -> str:
    """Host and port of an origin; empty for ``null``, which hides the origin."""
    return origin.partition("://")[2].lower()


def _name(host: str) -> str:
    """A Host header without its port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
