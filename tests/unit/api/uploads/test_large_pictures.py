"""Commands send pictures to a deployment that are too large for its requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
import requests

from lookalike.api.products.service import ImageDescription, ProductDescription
from lookalike.api.uploads.routes import manage_uploads_routes
from lookalike.api.uploads.service import UploadFetcher, Uploads
from lookalike.cli.remote.errors import RemoteRefusedError
from lookalike.cli.remote.service import RemoteService
from lookalike.images.limits import MAX_BYTES
from lookalike.local.http_server.asgi import AsgiApplication, RequestLimits
from lookalike.local.http_server.body_reader import BodyLimits
from lookalike.local.http_server.concurrent_resolver import build_resolver
from lookalike.matching.check import CheckOptions
from tests.fakes import a_picture_file
from tests.integration.http.conftest import running
from tests.service import Parts, some_parts
from tests.unit.aws import BUCKET

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

REQUEST_LIMIT = 6_000_000
"""Bytes that a Lambda takes."""
LARGE = a_picture_file(7) + b" " * 8_000_000
HALF_AS_LARGE = a_picture_file(5) + b" " * 3_000_000
"""Two of them are too large for one request."""
SENT_BY_EVERYBODY = {"User-Agent", "Accept", "Accept-Encoding", "Connection"}


@pytest.fixture
def parts() -> Iterator[Parts]:
    """The parts of the service."""
    with some_parts() as built:
        yield built


@pytest.fixture
def deployment(parts: Parts, s3: S3Client) -> Iterator[RemoteService]:
    """A service that takes no large requests, but uploads."""
    uploads = Uploads(s3, BUCKET)
    routers = [
        *parts.routers(UploadFetcher(uploads, parts.fetcher)),
        manage_uploads_routes(uploads),
    ]
    limits = RequestLimits(body=BodyLimits(REQUEST_LIMIT))
    application = AsgiApplication(build_resolver(routers, "0.1.0"), limits=limits)
    with running(application) as (_, url):
        yield RemoteService(url, "a-key")


@pytest.fixture
def one_machine(parts: Parts) -> Iterator[RemoteService]:
    """A service that takes large requests, and no uploads."""
    application = AsgiApplication(build_resolver(parts.routers(), "0.1.0"))
    with running(application) as (_, url):
        yield RemoteService(url)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[requests.PreparedRequest]:
    """All requests that are sent."""
    requests_sent: list[requests.PreparedRequest] = []
    send = requests.Session.send

    def noted(
        self: requests.Session,
        request: requests.PreparedRequest,
        **how: Any,  # noqa: ANN401 - as requests has it
    ) -> requests.Response:
        requests_sent.append(request)
        return send(self, request, **how)

    monkeypatch.setattr(requests.Session, "send", noted)
    return requests_sent


def test_should_check_a_large_picture(deployment: RemoteService) -> None:
    assert deployment.check(LARGE, CheckOptions()).query.width == 7


def test_should_compare_pictures_that_are_large_together(deployment: RemoteService) -> None:
    assert deployment.compare(HALF_AS_LARGE, HALF_AS_LARGE).match_percentage > 50


def test_should_register_a_large_picture(deployment: RemoteService, parts: Parts) -> None:
    assert (
        deployment.put_product(
            "1", ProductDescription("s", [ImageDescription(LARGE)], {"a": "b"})
        ).entity_id
        == "1"
    )
    assert parts.storage.pictures.count() == 1


def test_should_store_the_address_that_is_named_for_a_large_picture(
    deployment: RemoteService,
) -> None:
    product = ProductDescription("s", [ImageDescription(LARGE, "P/G/shirt.jpg")], {})
    stored = deployment.put_product("1", product)
    assert stored.image_url == "P/G/shirt.jpg"
    assert deployment.product("1") == stored


def test_should_put_a_picture_with_nothing_that_was_not_signed(
    deployment: RemoteService, sent: list[requests.PreparedRequest]
) -> None:
    deployment.check(LARGE, CheckOptions())
    asked, put, checked = sent
    assert [request.headers.get("x-api-key") for request in sent] == ["a-key", None, "a-key"]
    assert set(put.headers) - SENT_BY_EVERYBODY == {"Content-Length"}
    assert asked.url is not None
    assert asked.url.endswith("/uploads")
    assert checked.body is not None
    assert len(checked.body) < 100


def test_should_not_upload_what_fits(
    deployment: RemoteService, sent: list[requests.PreparedRequest]
) -> None:
    assert deployment.check(HALF_AS_LARGE, CheckOptions()).query.width == 5
    assert len(sent) == 1


def test_should_send_large_pictures_to_one_machine_after_asking_once(
    one_machine: RemoteService, sent: list[requests.PreparedRequest]
) -> None:
    for _ in range(2):
        assert one_machine.check(LARGE, CheckOptions()).query.width == 7
    assert len(sent) == 3


def test_should_say_that_a_picture_is_too_large_for_all(deployment: RemoteService) -> None:
    with pytest.raises(RemoteRefusedError) as refusal:
        deployment.check(LARGE + bytes(MAX_BYTES), CheckOptions())
    assert refusal.value.reason == "body_too_large"


def test_should_say_that_the_upload_is_not_taken(deployment: RemoteService, s3: S3Client) -> None:
    s3.delete_bucket(Bucket=BUCKET)
    with pytest.raises(RemoteRefusedError, match="cannot be uploaded") as refusal:
        deployment.check(LARGE, CheckOptions())
    assert refusal.value.reason == "upload_refused"
