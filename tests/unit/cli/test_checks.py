"""A picture that cannot be checked is named in its error."""

from __future__ import annotations

import pytest

from lookalike.cli.checks import named_detail
from lookalike.errors import ImageError


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


def test_should_not_name_it_twice() -> None:
    assert named_detail("a.jpg", ImageError("a.jpg is empty.")) == "a.jpg is empty."
