"""Telling web addresses from paths."""

from __future__ import annotations

import pytest

from lookalike.errors import UrlInvalidError
from lookalike.images.fetching.fetcher import CatalogueFetcher, ImageFetcher
from lookalike.images.fetching.web import WebFetcher


class Named(ImageFetcher):
    """Answers with its name."""

    def __init__(self, name: str) -> None:
        self._name = name

    def fetch(self, address: str) -> bytes:
        return f"{self._name} {address}".encode()

    def revision(self, address: str) -> str:
        return f"{self._name} {len(address)}"


class Bare(ImageFetcher):
    """Knows no revisions."""

    def fetch(self, address: str) -> bytes:
        return address.encode()


BOTH = CatalogueFetcher(Named("web"), Named("folder"))
NO_PATHS = (
    "http://shop.example/p.jpg",
    "HTTPS://shop.example/p.jpg",
    "ftp://shop.example/p.jpg",
    "file:///etc/passwd",
    "file:etc/passwd",
    " file:///etc/passwd",
    "\n\tjavascript:alert(1)",
    "data:image/png;base64,AAAA",
    "C:\\pictures\\p.jpg",
    "\\\\server\\share\\p.jpg",
    "//cdn.example/p.jpg",
)
PATHS = ("P/G/p.jpg", "/P/G/p.jpg", "p.jpg", "./a:b.jpg", "1:2.jpg", "ü.jpg", "../p.jpg", "")


@pytest.mark.parametrize("address", NO_PATHS)
def test_whatever_looks_like_a_url_should_go_to_the_web(address: str) -> None:
    assert BOTH.fetch(address) == f"web {address}".encode()
    assert BOTH.revision(address) == f"web {len(address)}"


@pytest.mark.parametrize("address", NO_PATHS[2:])
def test_web_should_refuse_what_is_not_on_the_web(address: str) -> None:
    with pytest.raises(UrlInvalidError):
        CatalogueFetcher(WebFetcher(), Named("folder")).fetch(address)


@pytest.mark.parametrize("address", PATHS)
def test_everything_else_should_go_to_the_folder(address: str) -> None:
    assert BOTH.fetch(address) == f"folder {address}".encode()
    assert BOTH.revision(address) == f"folder {len(address)}"


@pytest.mark.parametrize("address", PATHS)
def test_paths_should_be_refused_where_there_is_no_folder(address: str) -> None:
    with pytest.raises(UrlInvalidError, match="Only web addresses"):
        CatalogueFetcher(Named("web")).fetch(address)


def test_fetcher_should_have_no_revisions_unless_it_says_so() -> None:
    assert Bare().revision("p.jpg") == ""
