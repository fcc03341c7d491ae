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
_TELLING = frozenset({b"sec-fetch-site", b"origin", b"referer"})
_ENGINE = "Gecko"
"""In the User-Agent of every browser (``like Gecko`` in those of others), and of few programs."""

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

    Clients other than browsers need a host that the service is known by, and do not send what
    browsers do.

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
            "localhost, or let whoever runs it allow this name."
        )
    is_read = scope["method"] in _HARMLESS
    if is_read and not scope["path"].startswith(FETCHING):
        return
    if _is_cross_site(headers, host):
        raise CrossSiteError("A page of another site may neither change anything here nor check.")
    if is_read and _is_browser_of_unknown_site(headers):
        raise CrossSiteError(
            "A browser sent this without saying for which page. Use the page of this service; a "
            "program must not pose as a browser (User-Agent)."
        )


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
    """Decide by Sec-Fetch-Site, else by the origin (as Go's ``http.CrossOriginProtection``).

    Where there is neither, by the page that the request comes from: browsers send Sec-Fetch-Site
    to https and to this machine alone, and with a plain GET no origin.
    """
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site not in _OWN
    source = headers.get(b"origin", headers.get(b"referer"))
    return source is not None and _host_of(source) != host.lower()


def _is_browser_of_unknown_site(headers: Mapping[bytes, str]) -> bool:
    """Whether a browser sends none of the headers by which its page could be told.

    A page may hide itself (``Referrer-Policy: no-referrer``), but not the browser: to replace its
    User-Agent takes a preflight request, which is not answered.
    """
    is_browser = _ENGINE in headers.get(b"user-agent", "")
    return is_browser and _TELLING.isdisjoint(headers)


def _host_of(address: str) -> str:
    """Host and port of an origin or a page; empty for ``null``, which hides the origin."""
    return address.partition("://")[2].partition("/")[0].lower()


def _name(host: str) -> str:
    """A Host header without its port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
