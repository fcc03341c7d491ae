"""The files of the web page, as the build of the package has written them from ``web/``."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import PurePath

from lookalike.http.problems import UnknownPathError

FOLDER = "page"
"""Below this package. ``scripts/build_page.py`` writes it."""
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_NOT_BUILT = (
    "<!doctype html><html lang=en><title>Lookalike</title><h1>The web page has not been built</h1>"
    "<p>The API answers, and <a href=docs>its documentation</a> is there. To build the page from "
    "the folder <code>web</code>, run <code>make setup</code>.</p></html>"
)


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file of the page; all of them are text, since API Gateway would change bytes."""

    text: str
    content_type: str


class PageFiles:
    """The files of the web page.

    Args:
        folder: ``index.html`` and what it loads, in ``assets``; that of the package by default.
    """

    def __init__(self, folder: Traversable | None = None) -> None:
        self._folder = folder or resources.files(__package__).joinpath(FOLDER)

    def index(self) -> str:
        """The page itself; where it has not been built, a page that says so."""
        index = self._folder.joinpath("index.html")
        return index.read_text(encoding="utf-8") if index.is_file() else _NOT_BUILT

    def asset(self, name: str) -> PageFile:
        """A file that the page loads.

        Args:
            name: of the file, without a folder.

        Raises:
            UnknownPathError: there is no such file.
        """
        files = self._folder.joinpath("assets")
        listed = {file.name: file for file in files.iterdir()} if files.is_dir() else {}
        if name not in listed:
            raise UnknownPathError("The web page has no such file; reload it.")
        return PageFile(listed[name].read_text(encoding="utf-8"), _media_type(name))


def _media_type(name: str) -> str:
    return f"{_TYPES.get(PurePath(name).suffix, 'text/plain')}; charset=utf-8"
