"""A picture is named in one way at a time, and base64 is read as people write it."""

from __future__ import annotations

import base64
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from lookalike.errors import BadParameterError
from lookalike.http.pictures import PictureReader, decoded_base64
from lookalike.images.fetching.fetcher import ImageFetcher
from tests.fakes import a_picture_file, fake_prepare


@given(st.binary(min_size=1))
def test_every_spelling_of_base64_gives_the_bytes(data: bytes) -> None:
    plain = base64.b64encode(data).decode()
    urlsafe = base64.urlsafe_b64encode(data).decode()
    spellings = [
        plain,
        urlsafe,
        plain.rstrip("="),
        f"data:image/jpeg;base64,{plain}",
        f"DATA:;BASE64,{urlsafe}",
        "\n".join(plain[i : i + 7] for i in range(0, len(plain), 7)),
    ]
    assert all(decoded_base64(spelling) == data for spelling in spellings)


@pytest.mark.parametrize(
    "text",
    ["", "=", "  ", "!!", "a", "ü", "data:image/jpeg,abcd", "data:", "data:;base64,", "a=b="],
)
def test_what_is_not_base64_is_refused(text: str) -> None:
    with pytest.raises(BadParameterError):
        decoded_base64(text)


@given(st.text())
def test_no_text_crashes_the_reader_of_base64(text: str) -> None:
    try:
        decoded_base64(text)
    except BadParameterError:
        return


class TwoAtOnce(ImageFetcher):
    """Gets two pictures if they are requested at the same time, and waits in vain otherwise."""

    def __init__(self) -> None:
        self._both = threading.Barrier(2, timeout=10)

    @override
    def fetch(self, address: str) -> bytes:
        self._both.wait()
        return a_picture_file(len(address))


def test_pictures_are_fetched_at_once_even_where_they_are_decoded_one_by_one() -> None:
    reader = PictureReader(TwoAtOnce(), fake_prepare, at_once=1)
    with ThreadPoolExecutor(2) as threads:
        widths = [picture.width for picture in threads.map(reader.read, ["a", "ab"])]
    assert widths == [1, 2]
