"""What is sent to a service, and to nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lookalike.cli.remote.connection import ServiceRetryPolicy
from lookalike.cli.remote.errors import (
    RemoteForbiddenError,
    RemoteRefusedError,
    RemoteUnavailableError,
)
from lookalike.cli.remote.service import RemoteService
from lookalike.images.limits import MAX_BYTES
from lookalike.matching.check import CheckOptions
from tests.integration.processes import Service
from tests.integration.service.test_checks import PHOTOS
from tests.servers import PictureServer, answer, redirect


@pytest.fixture
def elsewhere() -> Iterator[PictureServer]:
    """Where a redirect leads."""
    with PictureServer() as server:
        server.route("/status", answer(b"{}", content_type="application/json"))
        yield server


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_should_not_follow_a_redirect_with_the_key(elsewhere: PictureServer, status: int) -> None:
    with PictureServer() as service:
        service.route("/status", redirect(elsewhere.url("/status?token=hidden"), status))
        with pytest.raises(RemoteUnavailableError, match="address it redirects to") as refusal:
            RemoteService(service.url(""), "secret").status()
    assert service.requests[0].headers["x-api-key"] == "secret"
    assert elsewhere.requests == []
    assert not any(word in refusal.value.detail for word in ("secret", "hidden"))


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (403, b'{"code": "key_refused", "detail": "No."}', RemoteForbiddenError),
        (403, b'{"message": "Forbidden"}', RemoteForbiddenError),
        (403, b"<html>Forbidden</html>", RemoteForbiddenError),
        (401, b"", RemoteForbiddenError),
        (413, b"<html>Too large</html>", RemoteRefusedError),
        (422, b'{"code": "image_corrupt", "detail": "No."}', RemoteRefusedError),
        (429, b'{"code": "quota_exceeded", "detail": "No."}', RemoteUnavailableError),
        (429, b"{}", RemoteUnavailableError),
        (503, b"{}", RemoteUnavailableError),
        (404, b"<html>Nothing here</html>", RemoteUnavailableError),
    ],
)
def test_should_tell_what_is_refused_from_who_is(
    status: int, body: bytes, error: type[Exception]
) -> None:
    with PictureServer() as service:
        service.route("/status", answer(body, status=status, content_type="text/html"))
        with pytest.raises(error) as refusal:
            RemoteService(service.url(""), retry_policy=ServiceRetryPolicy(retries=0)).status()
    assert type(refusal.value) is error


@pytest.mark.slow
def test_should_send_pictures_as_large_as_any(live: Service) -> None:
    """As Base64 in JSON, this one would be larger than a request may be."""
    photo = PHOTOS[0].read_bytes()
    padded = photo + bytes(MAX_BYTES - len(photo))
    answered = RemoteService(live.url).check(padded, CheckOptions())
    assert [match.entity_id for match in answered.matches] == [PHOTOS[0].stem]
