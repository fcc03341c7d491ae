"""Which pictures are meant by names on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookalike.cli.sources import names_one_picture, picture_names, picture_source
from lookalike.errors import (
    ImageNotFoundError,
    ImageTooLargeError,
    UrlInvalidError,
)
from lookalike.images.limits import MAX_BYTES

ADDRESS = "HTTPS://shop.example/p.jpg"


def test_should_take_the_pictures_below_a_folder_in_order(tmp_path: Path) -> None:
    for name in ("b.JPEG", "a/c.webp", "a.txt", ".hidden/d.jpg", "a/.e.jpg"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    (tmp_path / "folder.jpg").mkdir()
    found = [str(tmp_path / name) for name in ("a/c.webp", "b.JPEG")]
    assert picture_names([ADDRESS, str(tmp_path), "a.txt"]) == [ADDRESS, *found, "a.txt"]


def test_should_refuse_a_folder_without_pictures(tmp_path: Path) -> None:
    with pytest.raises(ImageNotFoundError, match="no picture in the folder"):
        picture_names([str(tmp_path)])


def test_should_tell_one_picture_from_several(tmp_path: Path) -> None:
    assert names_one_picture([ADDRESS])
    assert names_one_picture(["missing.jpg"])
    assert not names_one_picture([str(tmp_path)])
    assert not names_one_picture([ADDRESS, ADDRESS])


def test_should_read_files_and_leave_addresses_to_the_fetcher(tmp_path: Path) -> None:
    path = tmp_path / "p.jpg"
    path.write_bytes(b"bytes")
    assert picture_source(str(path)) == b"bytes"
    assert picture_source(ADDRESS) == ADDRESS


@pytest.mark.parametrize("name", ["missing.jpg", ".", "\0"])
def test_should_say_why_a_file_cannot_be_read(name: str) -> None:
    with pytest.raises(ImageNotFoundError, match="cannot be read"):
        picture_source(name)


@pytest.mark.parametrize("name", ["ftp://shop.example/p.jpg", "www.shop.example/p.jpg"])
def test_should_say_what_to_write_instead_of_an_address_that_is_not_fetched(name: str) -> None:
    with pytest.raises(UrlInvalidError, match="https://"):
        picture_source(name)


def test_should_read_a_file_whose_name_begins_like_a_web_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("www.jpg").write_bytes(b"bytes")
    assert picture_source("www.jpg") == b"bytes"


def test_should_not_read_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "p.jpg"
    path.write_bytes(bytes(MAX_BYTES + 1))
    with pytest.raises(ImageTooLargeError):
        picture_source(str(path))
