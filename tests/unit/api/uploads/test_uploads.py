"""A picture that is too large for a request is put into a bucket, and named by its address."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from lookalike.api.uploads.routes import manage_uploads_routes
from lookalike.api.uploads.service import FOLDER, SCHEME, UploadFetcher, Uploads
from lookalike.aws.api import resolver
from lookalike.errors import (
    ImageNotFoundError,
    ImageTooLargeError,
    StorageUnavailableError,
    UrlInvalidError,
)
from lookalike.images.limits import MAX_BYTES
from tests.fakes import FakeFetcher
from tests.service import Client
from tests.unit.aws import BUCKET

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DIGITS = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def uploads(s3: S3Client) -> Uploads:
    """An empty bucket."""
    return Uploads(s3, BUCKET)


def test_should_hand_out_what_was_uploaded(uploads: Uploads) -> None:
    answer = Client(resolver([manage_uploads_routes(uploads)])).send(
        "POST", "/uploads", {"bytes": 7}
    )
    assert answer.status == 201
    sent = requests.put(answer.json["upload_url"], data=b"picture", timeout=5)
    assert sent.status_code == 200
    assert uploads.read(answer.json["image_url"]) == b"picture"


def test_should_offer_a_place_for_exactly_that_size_and_not_for_long(uploads: Uploads) -> None:
    """The size is part of what is signed: S3 refuses a longer file."""
    upload_url, _ = uploads.offer(12_345)
    query = parse_qs(urlsplit(upload_url).query)
    assert query["X-Amz-SignedHeaders"] == ["content-length;host"]
    assert query["X-Amz-Expires"] == ["900"]
    assert urlsplit(upload_url).hostname == f"{BUCKET}.s3.eu-central-1.amazonaws.com"


def test_should_offer_a_place_of_its_own_each_time(uploads: Uploads) -> None:
    assert uploads.offer(1)[1] != uploads.offer(1)[1]


@pytest.mark.parametrize("size", [0, -1, MAX_BYTES + 1, "x", None])
def test_should_refuse_sizes_that_are_not_read(uploads: Uploads, size: object) -> None:
    client = Client(resolver([manage_uploads_routes(uploads)]))
    assert client.send("POST", "/uploads", {"bytes": size}).status == 400


def test_should_offer_a_place_for_a_large_catalogue(uploads: Uploads) -> None:
    client = Client(resolver([manage_uploads_routes(uploads)]))
    large = {"bytes": 40 * MAX_BYTES, "kind": "catalogue"}
    assert client.send("POST", "/uploads", large).status == 201
    assert client.send("POST", "/uploads", {**large, "bytes": 2**33}).status == 400


def test_should_say_that_nothing_lies_there(uploads: Uploads) -> None:
    _, image_url = uploads.offer(7)
    with pytest.raises(ImageNotFoundError):
        uploads.read(image_url)


@pytest.mark.parametrize("upload_id", ["", "x" * 32, DIGITS + "0", DIGITS.upper(), "../secrets"])
def test_should_refuse_what_is_no_id(uploads: Uploads, upload_id: str) -> None:
    with pytest.raises(UrlInvalidError):
        uploads.read(SCHEME + upload_id)


def test_should_refuse_an_upload_beyond_what_is_read(uploads: Uploads, s3: S3Client) -> None:
    s3.put_object(Bucket=BUCKET, Key=FOLDER + DIGITS, Body=bytes(MAX_BYTES + 1))
    with pytest.raises(ImageTooLargeError):
        uploads.read(SCHEME + DIGITS)


def test_should_say_that_the_bucket_is_away(s3: S3Client) -> None:
    with pytest.raises(StorageUnavailableError):
        Uploads(s3, "no-such-bucket").read(SCHEME + DIGITS)


def test_should_fetch_other_addresses_from_the_web(uploads: Uploads, s3: S3Client) -> None:
    s3.put_object(Bucket=BUCKET, Key=FOLDER + DIGITS, Body=b"uploaded")
    fetcher = UploadFetcher(uploads, FakeFetcher({"https://shop.example/1.jpg": b"fetched"}))
    assert fetcher.fetch("https://shop.example/1.jpg") == b"fetched"
    assert fetcher.fetch(SCHEME + DIGITS) == b"uploaded"
