"""Refusing what web pages of other sites make a browser send to this machine."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from lookalike.http.problems import CrossSiteError

_HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN = frozenset({"same-origin", "none"})
"""Our own page, and what the user typed or opened."""


def refuse_cross_site(scope: Mapping[str, Any], bound_host: str | None) -> None:
    """Raises where a page of another site is behind a request.

    Nothing is asked of other clients than browsers: they send neither of these headers.

    Args:
        scope: the request, as ASGI describes it.
        bound_host: what the server listens on. On loopback, every name but ``localhost`` is one
            that somebody has pointed here (DNS rebinding), and is refused for reading, too.

    Raises:
        CrossSiteError: as said.
    """
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    host = headers.get(b"host", "")
    if host and bound_host and is_loopback(bound_host) and not is_loopback(_name(host)):
        raise CrossSiteError("This service is only served as localhost or 127.0.0.1.")
    if scope["method"] not in _HARMLESS and _is_cross_site(headers, host):
        raise CrossSiteError("A page of another site may not change anything here.")


def is_loopback(host: str) -> bool:
    """Whether this name or address always means the machine itself."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_cross_site(headers: Mapping[bytes, str], host: str) -> bool:
    """As Go's ``http.CrossOriginProtection`` decides: the browser's word, else the origin."""
    site, origin = headers.get(b"sec-fetch-site"), headers.get(b"origin")
    if site is not None:
        return site not in _OWN
    return origin is not None and _origin_host(origin) != host.lower()


def _origin_host(origin: str) -> str:
    """Host and port; empty for ``null``, which hides where a request comes from."""
    return origin.partition("://")[2].lower()


def _name(host: str) -> str:
    """A Host header without its port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
