"""Reading catalogue paths below a folder, and nothing else."""

from __future__ import annotations

import errno
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.errors import (
    ImageForbiddenError,
    ImageNotFoundError,
    ImageTooLargeError,
    ImageUnreachableError,
    ImageUrlError,
    LookalikeError,
    UrlInvalidError,
)
from lookalike.images.fetching.folder import FolderFetcher

PICTURE = b"\xff\xd8\xff picture"
SECRET = b"secret"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with pictures, beside something that must not be read."""
    folder = tmp_path / "pictures"
    (folder / "P" / "G").mkdir(parents=True)
    (folder / "P" / "G" / "shirt.jpg").write_bytes(PICTURE)
    (folder / "a:b ü.jpg").write_bytes(PICTURE)
    (tmp_path / "secret.txt").write_bytes(SECRET)
    (tmp_path / "pictures-old").mkdir()
    (tmp_path / "pictures-old" / "secret.jpg").write_bytes(SECRET)
    return folder


@pytest.fixture
def fetcher(root: Path) -> FolderFetcher:
    return FolderFetcher(root, max_bytes=1_000)


@pytest.mark.parametrize(
    "path",
    [
        "P/G/shirt.jpg",
        "/P/G/shirt.jpg",
        "./P/G/shirt.jpg",
        "P//G/shirt.jpg",
        "P/../P/G/shirt.jpg",
        "a:b ü.jpg",
    ],
)
def test_should_read_paths_below_the_folder(fetcher: FolderFetcher, path: str) -> None:
    """Shops write a leading slash for the folder of their pictures."""
    assert fetcher.fetch(path) == PICTURE
    assert fetcher.revision(path).startswith(f"{len(PICTURE)}-")


@pytest.mark.parametrize(
    "path",
    [
        "..",
        "../secret.txt",
        "/../secret.txt",
        "P/../../secret.txt",
        "P/G/../../../secret.txt",
        "../pictures-old/secret.jpg",
        "../../../../../../../../etc/passwd",
        "missing/../../secret.txt",
    ],
)
def test_should_refuse_to_leave_the_folder(fetcher: FolderFetcher, path: str) -> None:
    with pytest.raises(UrlInvalidError):
        fetcher.fetch(path)
    with pytest.raises(UrlInvalidError):
        fetcher.revision(path)


def test_should_take_an_absolute_path_as_one_below_the_folder(
    fetcher: FolderFetcher, root: Path
) -> None:
    with pytest.raises(ImageNotFoundError):
        fetcher.fetch(str(root.parent / "secret.txt"))


@pytest.mark.parametrize("target", ["../secret.txt", "..", "/etc/passwd", "/dev/zero"])
def test_should_refuse_links_that_lead_outside(
    fetcher: FolderFetcher, root: Path, target: str
) -> None:
    (root / "link").symlink_to(target)
    for path in ("link", "link/secret.txt", "link/pictures-old/secret.jpg"):
        with pytest.raises(ImageUrlError):
            fetcher.fetch(path)


def test_should_follow_links_that_stay_inside(fetcher: FolderFetcher, root: Path) -> None:
    (root / "link.jpg").symlink_to("P/G/shirt.jpg")
    assert fetcher.fetch("link.jpg") == PICTURE


def test_should_read_below_a_root_that_is_a_link_itself(root: Path) -> None:
    (root.parent / "current").symlink_to(root)
    assert FolderFetcher(root.parent / "current").fetch("P/G/shirt.jpg") == PICTURE


@pytest.mark.parametrize("path", ["P", "P/G/", "", "/", "."])
def test_should_refuse_folders(fetcher: FolderFetcher, path: str) -> None:
    with pytest.raises(UrlInvalidError):
        fetcher.fetch(path)


def test_should_refuse_what_is_no_file(fetcher: FolderFetcher, root: Path) -> None:
    """A pipe must not be waited for either."""
    os.mkfifo(root / "pipe")
    (root / "loop").symlink_to("loop")
    with pytest.raises(UrlInvalidError):
        fetcher.fetch("pipe")
    with pytest.raises(UrlInvalidError):
        fetcher.fetch("loop")


def test_should_refuse_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder of its own: the path of a socket has to be short."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        monkeypatch.chdir(folder)
        listener.bind("s")
        with pytest.raises(UrlInvalidError):
            FolderFetcher(Path(folder)).fetch("s")


@pytest.mark.parametrize(
    "path",
    [
        "no.jpg",
        "P/no/shirt.jpg",
        "P/G/shirt.jpg/x",
        "p/g/SHIRT.JPG.",
        "~/x.jpg",
        "NULL",
        "%2e%2e/x",
    ],
)
def test_should_say_which_file_is_missing(fetcher: FolderFetcher, path: str, root: Path) -> None:
    with pytest.raises(ImageNotFoundError) as refusal:
        fetcher.fetch(path)
    assert repr(path) in refusal.value.detail
    assert str(root) not in refusal.value.detail
    with pytest.raises(ImageNotFoundError):
        fetcher.revision(path)


@pytest.mark.parametrize("path", ["x\x00.jpg", "x" * 300, "x/" * 3_000, "\ud800.jpg"])
def test_should_refuse_paths_that_no_file_has(fetcher: FolderFetcher, path: str) -> None:
    with pytest.raises(UrlInvalidError):
        fetcher.fetch(path)


def test_should_refuse_files_that_are_too_large(fetcher: FolderFetcher, root: Path) -> None:
    (root / "most.jpg").write_bytes(bytes(1_000))
    (root / "more.jpg").write_bytes(bytes(1_001))
    assert len(fetcher.fetch("most.jpg")) == 1_000
    with pytest.raises(ImageTooLargeError):
        fetcher.fetch("more.jpg")


def test_should_give_an_empty_file_as_it_is(fetcher: FolderFetcher, root: Path) -> None:
    (root / "empty.jpg").touch()
    assert fetcher.fetch("empty.jpg") == b""


@pytest.mark.parametrize(
    ("number", "error"),
    [(errno.EACCES, ImageForbiddenError), (errno.EIO, ImageUnreachableError)],
)
def test_should_tell_a_forbidden_file_from_a_failing_disk(
    fetcher: FolderFetcher,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    error: type[LookalikeError],
) -> None:
    """By a stand-in for the system call: tests that run as root may read everything."""

    def fail(path: Path, _flags: int) -> int:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(os, "open", fail)
    with pytest.raises(error) as refusal:
        fetcher.fetch("P/G/shirt.jpg")
    assert str(root) not in refusal.value.detail


def test_revision_should_change_with_the_content(fetcher: FolderFetcher, root: Path) -> None:
    file = root / "P" / "G" / "shirt.jpg"
    before = fetcher.revision("P/G/shirt.jpg")
    assert fetcher.revision("/P/G/shirt.jpg") == before
    os.utime(file, ns=(1, 1))
    touched = fetcher.revision("P/G/shirt.jpg")
    file.write_bytes(PICTURE + b"!")
    os.utime(file, ns=(1, 1))
    assert len({before, touched, fetcher.revision("P/G/shirt.jpg")}) == 3


@pytest.fixture(scope="module")
def guarded() -> Iterator[FolderFetcher]:
    """A folder with one picture in a folder with one secret."""
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "s").write_bytes(SECRET)
        (Path(name) / "root").mkdir()
        (Path(name) / "root" / "p").write_bytes(PICTURE)
        yield FolderFetcher(Path(name) / "root")


@settings(deadline=None)
@given(parts=st.lists(st.sampled_from(["..", ".", "", "root", "s", "p", "\x00", "~"]), max_size=8))
def test_no_path_should_lead_to_the_secret(guarded: FolderFetcher, parts: list[str]) -> None:
    try:
        content = guarded.fetch("/".join(parts))
    except ImageUrlError:
        return
    assert content == PICTURE
