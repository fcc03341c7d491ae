"""Pages of other sites cannot use a browser to change a catalogue."""

from __future__ import annotations

from typing import Any

import pytest

from lookalike.http.problems import CrossSiteError
from lookalike.local.http_server.cross_site import Hosts, is_loopback, refuse_cross_site

_HOST = "localhost:8080"
_LOCAL = Hosts("127.0.0.1")


def _scope(method: str, path: str = "/", **headers: str) -> dict[str, Any]:
    pairs = {"host": _HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return {
        "method": method,
        "path": path,
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
    refuse_cross_site(_scope("GET", **headers), _LOCAL)
    for method in ("POST", "PUT", "DELETE"):
        with pytest.raises(CrossSiteError):
            refuse_cross_site(_scope(method, **headers), _LOCAL)
    for fetching in ("/find_similar", "/search"):
        with pytest.raises(CrossSiteError):
            refuse_cross_site(_scope("GET", fetching, **headers), _LOCAL)


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
    refuse_cross_site(_scope("POST", **headers), _LOCAL)
    refuse_cross_site(_scope("GET", "/find_similar", **headers), _LOCAL)


_FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"
_REMOTE = Hosts("192.168.1.2")
"""An address to which browsers send no Sec-Fetch-Site over http."""


@pytest.mark.parametrize(
    "headers",
    [
        {"referer": "http://evil.example/"},
        {"referer": "http://192.168.1.2/"},
        {"referer": "http://192.168.1.2:8080.evil.example/"},
        {"referer": "http://192.168.1.2:8080@evil.example/"},
        {"referer": "http://evil.example/http://192.168.1.2:8080/"},
        {"referer": "http://evil.example?://192.168.1.2:8080/"},
        {"referer": ""},
        {"referer": "http://evil.example/", "user_agent": _CHROME},
        {"user_agent": _CHROME},
        {"user_agent": _FIREFOX, "accept_language": "en-US,en;q=0.5"},
        {"user_agent": _CHROME, "upgrade_insecure_requests": "1"},
    ],
)
def test_over_plain_http_other_sites_cause_no_check(headers: dict[str, str]) -> None:
    for method in ("GET", "HEAD"):
        for fetching in ("/find_similar", "/search"):
            with pytest.raises(CrossSiteError):
                refuse_cross_site(
                    _scope(method, fetching, host="192.168.1.2:8080", **headers), _REMOTE
                )
    refuse_cross_site(_scope("GET", "/", host="192.168.1.2:8080", **headers), _REMOTE)


@pytest.mark.parametrize(
    "headers",
    [
        {"referer": "http://192.168.1.2:8080/?view=search", "user_agent": _CHROME},
        {"user_agent": "curl/8.14.1", "accept": "*/*"},
        {"user_agent": "python-requests/2.32.5", "accept_encoding": "gzip, deflate"},
        {"user_agent": "node", "accept_language": "*", "sec_fetch_mode": "cors"},
        {"user_agent": "Mozilla/5.0 (Windows NT; Windows NT 10.0) WindowsPowerShell/5.1.26100"},
        {"user_agent": "Mozilla/5.0 (compatible; Google-Apps-Script)"},
    ],
)
def test_over_plain_http_our_page_and_programs_may_check(headers: dict[str, str]) -> None:
    for fetching in ("/find_similar", "/search"):
        refuse_cross_site(_scope("GET", fetching, host="192.168.1.2:8080", **headers), _REMOTE)


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example:8080", "10.0.0.1", "[", "@"]
)
def test_on_loopback_other_names_are_refused(host: str) -> None:
    with pytest.raises(CrossSiteError):
        refuse_cross_site(_scope("GET", host=host), _LOCAL)
    refuse_cross_site(_scope("GET", host=host), Hosts())


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1:8080", "127.1.2.3", "[::1]:80"]
)
def test_on_loopback_its_own_names_are_fine(host: str) -> None:
    refuse_cross_site(_scope("GET", host=host), Hosts("::1"))
    refuse_cross_site(_scope("GET", host=host), Hosts("0.0.0.0"))


@pytest.mark.parametrize("bound", ["0.0.0.0", "::", "192.168.1.2", "shop.example"])
def test_on_other_addresses_names_are_refused_that_anybody_can_point_here(bound: str) -> None:
    for method in ("GET", "DELETE"):
        with pytest.raises(CrossSiteError, match="allow this name"):
            refuse_cross_site(_scope(method, host="rebound.example:8080"), Hosts(bound))


@pytest.mark.parametrize("host", ["192.168.1.2:8080", "10.0.0.1", "[2001:db8::1]:8080"])
def test_on_other_addresses_any_address_is_fine(host: str) -> None:
    refuse_cross_site(_scope("DELETE", host=host), Hosts("0.0.0.0"))


@pytest.mark.parametrize("bound", ["127.0.0.1", "0.0.0.0"])
def test_names_that_the_operator_allows_are_fine(bound: str) -> None:
    hosts = Hosts(bound, frozenset({"shop.example"}))
    for host in ("shop.example", "SHOP.example:443", "shop.example."):
        refuse_cross_site(_scope("DELETE", host=host), hosts)
    with pytest.raises(CrossSiteError):
        refuse_cross_site(_scope("GET", host="other.shop.example"), hosts)


@pytest.mark.parametrize(
    ("host", "expected"), [("localhost", True), ("::1", True), ("0.0.0.0", False), ("", False)]
)
def test_loopback_is_told_from_what_others_can_reach(host: str, *, expected: bool) -> None:
    assert is_loopback(host) is expected
