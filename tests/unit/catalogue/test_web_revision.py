"""The source revision of a picture at a web address."""

from __future__ import annotations

import pytest

from lookalike.catalogue.web_revision import WebRevision
from lookalike.images.fetching.validators import Validators


@pytest.mark.parametrize(
    "validators",
    [
        Validators(),
        Validators('W/"a b"', "Sun, 22 Nov 2026 10:00:00 GMT"),
        Validators(last_modified="Sun, 22 Nov 2026 10:00:00 GMT"),
    ],
)
def test_should_be_read_as_it_was_written(validators: Validators) -> None:
    revision = WebRevision("3-7bb87cbd", 1_763_800_000, validators)
    assert WebRevision.parse(str(revision)) == revision


@pytest.mark.parametrize(
    "text",
    [
        "", "3-7bb87cbd ", "3-7bb87cbd 1234-5678", "3-7bb87cbd 12", "3-7bb87cbd null",
        '3-7bb87cbd ["1", "", ""]', "3-7bb87cbd [1, 2, 3]", '3-7bb87cbd [true, "", ""]',
        '3-7bb87cbd [1, ""]', "3-7bb87cbd " + "[" * 100_000,
    ],
)  # fmt: skip
def test_should_be_none_where_it_is_of_something_else(text: str) -> None:
    """Such as of a file, or of a release that wrote nothing."""
    assert WebRevision.parse(text) is None
