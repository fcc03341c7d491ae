"""A job stops at once where no picture can be reached, and goes on where any host answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typing_extensions import override

from lookalike.errors import ImageNotFoundError, ImageUnreachableError, SettingInvalidError
from lookalike.images.fetching.fetcher import ImageFetcher
from lookalike.spark.output_folder import OutputFolder
from lookalike.spark.part_import import PartImport
from lookalike.spark.reachability import require_reachable

ADDRESSES = [f"https://{number}.example/p.jpg" for number in range(100)]


class AnsweringFetcher(ImageFetcher):
    """Answers as a function says, and notes who was asked."""

    def __init__(self, answer: Callable[[str], bytes]) -> None:
        self._answer = answer
        self.asked: list[str] = []

    @override
    def fetch(self, address: str) -> bytes:
        self.asked.append(address)
        return self._answer(address)


def _nobody(_: str) -> bytes:
    raise ImageUnreachableError("The host cannot be connected to.")


def _gone(_: str) -> bytes:
    raise ImageNotFoundError("The picture is not there.")


def test_should_stop_where_nobody_answers() -> None:
    fetcher = AnsweringFetcher(_nobody)
    with pytest.raises(SettingInvalidError, match=r"None of 5 .*0\.example.*cannot be connected"):
        require_reachable(ADDRESSES, fetcher)
    assert fetcher.asked == [ADDRESSES[number] for number in (0, 20, 40, 60, 80)]


@pytest.mark.parametrize("answer", [lambda _: b"picture", _gone], ids=["picture", "refusal"])
def test_should_go_on_as_soon_as_a_host_answers(answer: Callable[[str], bytes]) -> None:
    fetcher = AnsweringFetcher(lambda address: (_nobody if "//0." in address else answer)(address))
    require_reachable(ADDRESSES, fetcher)
    assert fetcher.asked == [ADDRESSES[0], ADDRESSES[20]]


def test_should_go_on_where_no_picture_is_on_the_web() -> None:
    require_reachable([], AnsweringFetcher(_nobody))


def test_should_try_what_would_be_fetched_from_the_web(tmp_path: Path) -> None:
    """Neither files nor rows that are refused."""
    columns = ("entity_id", "sku", "image_url")
    task = PartImport(OutputFolder(str(tmp_path)), None, False, columns, {})  # noqa: FBT003
    urls = ["https://shop.example/p.jpg", "folder/p.jpg", None]
    rows = [
        (number, {"entity_id": f"p{number}", "sku": "s", "image_url": url})
        for number, url in enumerate(urls)
    ]
    assert task.web_addresses(rows) == ["https://shop.example/p.jpg"]
