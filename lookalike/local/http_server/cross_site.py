"""Refuses requests that web pages of other sites make a browser send to this machine."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from lookalike.http.problems import CrossSiteError

_HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN = frozenset({"same-origin", "none"})
"""The origins of our own page, and of addresses that the user typed or opened."""


def refuse_cross_site(scope: Mapping[str, Any], bound_host: str | None) -> None:
    """Refuse a request that the page of another site has caused.

    Clients other than browsers are not affected: they send none of these headers.

    Args:
        scope: the request, as ASGI describes it.
        bound_host: the address that the server listens on. On loopback, a name other than
            ``localhost`` was pointed here by somebody (DNS rebinding); it may not even read.

    Raises:
        CrossSiteError: the page of another site has caused the request.
    """
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    host = headers.get(b"host", "")
    if host and bound_host and is_loopback(bound_host) and not is_loopback(_name(host)):
        raise CrossSiteError("This service is only served as localhost or 127.0.0.1.")
    if scope["method"] not in _HARMLESS and _is_cross_site(headers, host):
        raise CrossSiteError("A page of another site may not change anything here.")


def is_loopback(host: str) -> bool:
    """Return whether this name or address always means the machine itself."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


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
