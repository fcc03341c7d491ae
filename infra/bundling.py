"""Zips of functions, without Docker: wheels for the target platform, and our own code."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from uv import find_uv_bin

from infra.environments import Target

ROOT = Path(__file__).parent.parent
CACHE = ROOT / ".cache" / "bundles"
LIMIT_BYTES = 250 * 1024 * 1024
"""Largest unzipped function, https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
_MANYLINUX = "manylinux_2_34"
"""glibc of Amazon Linux 2023, which Python 3.12 and newer run on."""
_MACHINE = {"arm64": "aarch64", "x86_64": "x86_64"}
_NEVER_IMPORTED = ("grpcio", "opensearch-protobufs", "protobuf")
"""Dependencies of opensearch-py (its gRPC transport) and of onnxruntime's tools: 20 MB that what
the functions do not import."""
_DROPPED_FOLDERS = {"__pycache__", "tests", "bin"}
_DROPPED_FILES = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", ".lock"}
"""Files that installers write for themselves; they differ between machines."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents of a zip, which several functions share.

    Attributes:
        name: of the zip; each name stands for one line of bundles, of which the newest is kept.
        folders: dotted packages of ours, with everything below them.
        libraries: distributions of ``pyproject.toml`` by name, which pins their versions;
            ``requirements-aws.txt`` pins those of their dependencies, and the digests of all.
        excluded: dotted packages below ``folders`` that stay out.
        without: patterns of our files that these functions never open.
        unused: patterns of files of libraries that they never open.
    """

    name: str
    folders: tuple[str, ...]
    libraries: tuple[str, ...]
    excluded: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()

    def files(self) -> list[Path]:
        """Our files, absolute, by name."""
        included = {path for folder in self.folders for path in self._package(folder)}
        excluded = {path for folder in self.excluded for path in _below(_path(folder))}
        kept = included - excluded
        return sorted(path for path in kept if not any(map(path.match, self.without)))

    @staticmethod
    def _package(folder: str) -> Iterator[Path]:
        """The files of a package, and the ``__init__.py`` of the packages around it."""
        path = _path(folder)
        around = [parent for parent in path.parents if parent != ROOT and ROOT in parent.parents]
        yield from (parent / "__init__.py" for parent in around)
        yield from _below(path)


def bundle(contents: Contents, target: Target) -> Path:
    """The folder with the contents of a zip; created once for the same contents.

    Needs the package registry unless all wheels are in uv's cache.

    Raises:
        subprocess.CalledProcessError: a wheel for the target does not exist, cannot be fetched, or
            is another one than that which is pinned; uv says which.
    """
    line = f"{contents.name}-{target.architecture}-{target.python}"
    bundled = CACHE / f"{line}-{_digest(contents, target)}"
    if not bundled.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            folder = Path(scratch, "bundle")
            _install(contents, target, folder)
            _drop(folder, contents.unused)
            _copy(contents, folder)
            _let_read(folder)
            _rename(folder, bundled)
        for earlier in set(CACHE.glob(f"{line}-*")) - {bundled}:
            shutil.rmtree(earlier, ignore_errors=True)  # another process may do the same
    return bundled


def size(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def requirements(names: Iterable[str]) -> list[str]:
    """The requirements to install, with the versions of ``pyproject.toml``.

    Raises:
        KeyError: the project does not require one of these distributions in production.
    """
    project = tomllib.loads(_text("pyproject.toml"))["project"]
    optional = project["optional-dependencies"]
    listed = [*project["dependencies"], *optional["aws"], *optional["feeds"]]
    pinned = {re.split(r"[\[=]", requirement)[0]: requirement for requirement in listed}
    return [pinned[name] for name in names]


def _install(contents: Contents, target: Target, folder: Path) -> None:
    excluded = folder.parent / "excluded.txt"
    excluded.write_text("\n".join(_NEVER_IMPORTED), encoding="utf-8")
    subprocess.run(  # noqa: S603 - uv of our own requirements, on our own arguments
        [
            find_uv_bin(), "pip", "install", "--quiet", "--no-progress",
            "--target", str(folder),
            "--python-version", target.python,
            "--python-platform", f"{_MACHINE[target.architecture]}-{_MANYLINUX}",
            "--only-binary", ":all:",
            "--link-mode", "copy",
            "--require-hashes",
            "--constraint", str(ROOT / "requirements-aws.txt"),
            "--excludes", str(excluded),
            *requirements(contents.libraries),
        ],
        check=True,
    )  # fmt: skip


def _drop(folder: Path, unused: Iterable[str]) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and path.name in _DROPPED_FOLDERS:
            shutil.rmtree(path)
        elif path.is_file() and (path.name in _DROPPED_FILES or any(map(path.match, unused))):
            path.unlink()


def _copy(contents: Contents, folder: Path) -> None:
    for path in contents.files():
        copy = folder / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)


def _let_read(folder: Path) -> None:
    """Make all files readable: Lambda runs as another user, whatever the umask was here."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _rename(folder: Path, bundled: Path) -> None:
    """Move the folder to its place, unless another process has bundled the same meanwhile."""
    try:
        folder.rename(bundled)
    except OSError:
        if not bundled.is_dir():
            raise


def _digest(contents: Contents, target: Target) -> str:
    """A digest of everything that a bundle depends on, including this file."""
    digest = hashlib.sha256(repr((contents, target, requirements(contents.libraries))).encode())
    digest.update(_text("requirements-aws.txt").encode())
    for path in (Path(__file__), *contents.files()):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _path(folder: str) -> Path:
    return ROOT.joinpath(*folder.split("."))


def _below(path: Path) -> Iterator[Path]:
    return (file for file in path.rglob("*") if file.is_file() and not _is_dropped(file))


def _is_dropped(file: Path) -> bool:
    return bool(_DROPPED_FOLDERS & set(file.relative_to(ROOT).parts))


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")
