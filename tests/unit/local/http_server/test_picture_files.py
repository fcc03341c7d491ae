"""``/pictures/``: pictures below the folder, and nothing else."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from lookalike.errors import ImageUnsupportedError
from lookalike.images.fetching.folder import FolderFetcher
from lookalike.local.http_server.concurrent_resolver import build_resolver
from lookalike.local.http_server.picture_files import _media_type, picture_file_routes
from tests.images import encoded, every_format, hostile_images, picture
from tests.service import Client

SECRET = encoded(picture(seed=9), "PNG")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with a picture in it, beside one that is nobody's business."""
    (tmp_path / "secret.png").write_bytes(SECRET)
    folder = tmp_path / "root"
    (folder / "P").mkdir(parents=True)
    (folder / "P" / "a b é.jpg").write_bytes(every_format()["baseline.jpg"])
    (folder / "notes.txt").write_text("Not for the web.", encoding="utf-8")
    (folder / "outside.png").symlink_to(tmp_path / "secret.png")
    return folder


@pytest.fixture
def pictures(root: Path) -> Client:
    return Client(build_resolver([picture_file_routes(FolderFetcher(root))], "0.1.0"))


def test_should_show_a_picture(pictures: Client) -> None:
    shown = pictures.get("/pictures/P/a%20b%20%C3%A9.jpg")
    assert (shown.status, shown.headers["Content-Type"]) == (200, "image/jpeg")
    assert shown.content == every_format()["baseline.jpg"]


@pytest.mark.parametrize(
    "path",
    [
        "../secret.png",
        "..%2Fsecret.png",
        "%2e%2e/secret.png",
        "P/../../secret.png",
        "P/%2e%2e%2f%2e%2e%2fsecret.png",
        "%2F..%2Fsecret.png",
        "outside.png",
        "notes.txt",
        "P",
        "P/",
        "missing.png",
        "%00",
        "%ff%fe",
        "a" * 5_000,
        "//etc/passwd",
        "%5c..%5csecret.png",
    ],
)
def test_should_show_nothing_else(pictures: Client, path: str) -> None:
    answer = pictures.get(f"/pictures/{path}")
    assert 400 <= answer.status < 500
    assert b"Not for the web" not in answer.content
    assert SECRET not in answer.content


@pytest.mark.slow
def test_should_not_break_at_hostile_files() -> None:
    """The operator has them in the folder, yet they may come from anywhere."""
    for name, data in hostile_images():
        with suppress(ImageUnsupportedError):
            assert _media_type(data).partition("/")[0] in {"image", "application"}, name


@pytest.mark.parametrize("kind", ["EPS", "PDF", "ICO"])
def test_should_show_no_format_that_checks_do_not_read(
    pictures: Client, root: Path, kind: str
) -> None:
    (root / "file").write_bytes(encoded(picture(), kind))
    answer = pictures.get("/pictures/file")
    assert (answer.status, answer.json["code"]) == (415, "image_unsupported")


@pytest.mark.parametrize("name", sorted(every_format().keys() - {"heic.heic"}))
def test_should_show_every_format_that_checks_read(pictures: Client, root: Path, name: str) -> None:
    (root / "file").write_bytes(every_format()[name])
    assert pictures.get("/pictures/file").headers["Content-Type"].startswith("image/")


def test_should_refuse_a_file_that_only_looks_like_a_picture(pictures: Client, root: Path) -> None:
    (root / "cut.png").write_bytes(SECRET[:20])
    answer = pictures.get("/pictures/cut.png")
    assert (answer.status, answer.json["code"]) == (415, "image_unsupported")
