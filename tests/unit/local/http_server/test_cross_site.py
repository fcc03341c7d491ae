"""Pages of other sites cannot use a browser to change a catalogue."""

from __future__ import annotations

from typing import Any

import pytest

from lookalike.http.problems import CrossSiteError
from lookalike.local.http_server.cross_site import is_loopback, refuse_cross_site

_HOST = "localhost:8080"


def _scope(method: str, **headers: str) -> dict[str, Any]:
    pairs = {"host": _HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return {
        "method": method,
        "headers": [(name.encode(), value.encode()) for name, value in pairs.items()],
    }


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site", "origin": "http://localhost:3000"},
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:3000"},
        {"origin": "null"},
    ],
)
def test_other_sites_may_read_what_is_public_and_change_nothing(headers: dict[str, str]) -> None:
    refuse_cross_site(_scope("GET", **headers), "127.0.0.1")
    for method in ("POST", "PUT", "DELETE"):
        with pytest.raises(CrossSiteError):
            refuse_cross_site(_scope(method, **headers), "127.0.0.1")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": f"http://{_HOST}"},
        {"sec_fetch_site": "same-origin", "origin": "https://a.proxy.example"},
        {"sec_fetch_site": "none"},
    ],
)
def test_our_page_and_programs_may_change_things(headers: dict[str, str]) -> None:
    refuse_cross_site(_scope("POST", **headers), "127.0.0.1")


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example:8080", "10.0.0.1", "[", "@"]
)
def test_on_loopback_other_names_are_refused(host: str) -> None:
    with pytest.raises(CrossSiteError):
        refuse_cross_site(_scope("GET", host=host), "127.0.0.1")
    refuse_cross_site(_scope("GET", host=host), "0.0.0.0")


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1:8080", "127.1.2.3", "[::1]:80"]
)
def test_on_loopback_its_own_names_are_fine(host: str) -> None:
    refuse_cross_site(_scope("GET", host=host), "::1")


@pytest.mark.parametrize(
    ("host", "expected"), [("localhost", True), ("::1", True), ("0.0.0.0", False), ("", False)]
)
def test_loopback_is_told_from_what_others_can_reach(host: str, *, expected: bool) -> None:
    assert is_loopback(host) is expected
