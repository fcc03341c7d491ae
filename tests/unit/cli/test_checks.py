"""A picture that cannot be checked is named in its error."""

from __future__ import annotations

import pytest

from lookalike.cli.checks import named_detail, named_errors
from lookalike.errors import ImageError, StorageUnavailableError


@pytest.mark.parametrize(
    ("image", "named"),
    [
        ("photos/a@b.jpg", "photos/a@b.jpg"),
        ("https://shop.example/a@b.jpg", "https://shop.example/a@b.jpg"),
        ("https://user:secret@shop.example/p.jpg", "https://shop.example/p.jpg"),
        ("http://[", "http://["),
    ],
)
def test_should_name_the_picture_without_a_password(image: str, named: str) -> None:
    assert named_detail(image, ImageError("It is no picture.")) == f"{named}: It is no picture."


@pytest.mark.parametrize(("image", "detail"), [("a.jpg", "a.jpg is empty."), ("a/", "a is gone.")])
def test_should_not_name_it_twice(image: str, detail: str) -> None:
    assert named_detail(image, ImageError(detail)) == detail


def test_should_name_the_picture_in_errors_that_are_about_it() -> None:
    with pytest.raises(ImageError, match=r"^a\.jpg: It is no picture\.$"), named_errors("a.jpg"):
        raise ImageError("It is no picture.")
    with pytest.raises(StorageUnavailableError, match=r"^It is away\.$"), named_errors("a.jpg"):
        raise StorageUnavailableError("It is away.")
