"""What a worker does with each picture."""

from __future__ import annotations

import logging

import pytest

from lookalike.errors import ImageNotFoundError, ImageUnreachableError
from lookalike.fingerprint.fingerprinter import Fingerprinter
from lookalike.fingerprint.query_fingerprint import DeferredQuery, QueryFingerprint
from lookalike.images.fetching.fetcher import ImageFetcher
from lookalike.images.preparation import PreparedPicture
from lookalike.imports.fingerprint_worker import RETRY_PAUSES, FingerprintWorker
from lookalike.imports.picture_request import PictureRequest, ReadPicture
from lookalike.pictures import Fingerprint
from tests.builders import a_fingerprint
from tests.images import encoded, picture


class Sized(Fingerprinter):
    """The fingerprint whose number is the width; a picture 13 pixels wide is bad luck."""

    version = "test-1"

    def fingerprint(self, picture: PreparedPicture) -> Fingerprint:
        if picture.width == 113:
            raise ZeroDivisionError
        return a_fingerprint(picture.width)

    def query(self, picture: PreparedPicture) -> QueryFingerprint:
        raise NotImplementedError

    def deferred_query(self, picture: PreparedPicture) -> DeferredQuery:
        raise NotImplementedError


class Flaky(ImageFetcher):
    """Answers after some failures."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.asked = 0

    def fetch(self, address: str) -> bytes:
        self.asked += 1
        if address == "missing":
            raise ImageNotFoundError("Not there.")
        if self.asked <= self.failures:
            raise ImageUnreachableError("Away.")
        return encoded(picture(width=int(address)), "PNG")


def no_pause(_seconds: float) -> None:
    """Time passes."""


@pytest.fixture
def fetcher() -> Flaky:
    return Flaky(0)


def test_should_keep_the_order_of_the_addresses(fetcher: Flaky) -> None:
    widths = [100 + number for number in range(12)]
    outcomes = FingerprintWorker(fetcher, Sized(), pause=no_pause).fingerprint_all(
        [PictureRequest(str(width)) for width in widths]
    )
    assert outcomes == [ReadPicture(a_fingerprint(width)) for width in widths]


@pytest.mark.parametrize("failures", range(len(RETRY_PAUSES) + 1))
def test_should_ask_again_for_what_may_come_later(failures: int) -> None:
    outcomes = FingerprintWorker(Flaky(failures), Sized(), pause=no_pause).fingerprint_all(
        [PictureRequest("100")]
    )
    assert outcomes == [ReadPicture(a_fingerprint(100))]


def test_should_give_up_some_time() -> None:
    fetcher = Flaky(99)
    [outcome] = FingerprintWorker(fetcher, Sized(), pause=no_pause).fingerprint_all(
        [PictureRequest("100")]
    )
    assert isinstance(outcome, ImageUnreachableError)
    assert fetcher.asked == len(RETRY_PAUSES) + 1


def test_should_not_ask_again_for_what_will_never_come(fetcher: Flaky) -> None:
    [outcome] = FingerprintWorker(fetcher, Sized(), pause=no_pause).fingerprint_all(
        [PictureRequest("missing")]
    )
    assert isinstance(outcome, ImageNotFoundError)
    assert fetcher.asked == 1


def test_what_nobody_foresaw_should_cost_one_row(
    fetcher: Flaky, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "lookalike.imports"):
        good, bad = FingerprintWorker(fetcher, Sized(), pause=no_pause).fingerprint_all(
            [PictureRequest("100"), PictureRequest("113")]
        )
    assert good == ReadPicture(a_fingerprint(100))
    assert getattr(bad, "code", None) == "image_corrupt"
    assert "ZeroDivisionError" in caplog.text
