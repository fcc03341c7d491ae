"""Requests to OpenSearch: signed, limited in time, and retried where that may help.

Requests that are answered 429, 502, 503 or 504, time out or lose their connection are retried after
a pause, as the retry policy says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from opensearchpy import ConnectionError as Disconnected
from opensearchpy import OpenSearch, Transport, TransportError, Urllib3AWSV4SignerAuth
from urllib3.exceptions import NameResolutionError, NewConnectionError, SSLError

from lookalike.errors import (
    LookalikeError,
    SettingInvalidError,
    StorageInvalidError,
    StorageUnavailableError,
)
from lookalike.storage.opensearch.assumed_role import assumed
from lookalike.storage.opensearch.service import OpenSearchService
from lookalike.storage.retries import RetryPolicy

BUSY = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
"""Statuses after which the same request may succeed in a moment."""
POOL_SIZE = 16
"""Connections that are kept open; further threads open and close their own."""
SEARCH_RETRIES = RetryPolicy(timeout=3, deadline=8)
"""For requests that a caller waits for."""
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def connect(
    endpoint: str,
    service: OpenSearchService,
    *,
    region: str | None = None,
    role: str | None = None,
    pool_size: int = POOL_SIZE,
) -> OpenSearch:
    """A client of this endpoint. Nothing is sent to it yet; safe to use from several threads.

    Args:
        endpoint: ``https://…``, or ``http://`` on loopback where requests are not signed.
        service: the service to sign for, with the credentials that boto3 finds.
        region: the region to sign for; that of boto3's session unless given.
        role: ARN of a role to assume first; ``None``: none.
        pool_size: connections that are kept open.

    Raises:
        SettingInvalidError: the address is invalid or not encrypted, or there are no credentials.
    """
    address = urlsplit(endpoint)
    signed = service is not OpenSearchService.UNSIGNED
    if not address.hostname or address.scheme not in {"http", "https"}:
        raise SettingInvalidError(
            f"{endpoint!r} is not the address of an OpenSearch endpoint: begin it with https://"
        )
    if signed and address.scheme != "https":
        raise SettingInvalidError("Signed requests to OpenSearch need an https address.")
    if not signed and address.hostname not in _LOOPBACK:
        raise SettingInvalidError("Requests that are not signed go to loopback addresses only.")
    return OpenSearch(
        hosts=[endpoint],
        http_auth=_signer(service, region, role) if signed else None,
        http_compress=True,
        pool_maxsize=pool_size,
        max_retries=0,
    )


def _signer(
    service: OpenSearchService, region: str | None, role: str | None
) -> Urllib3AWSV4SignerAuth:
    # Only where requests are signed:
    import boto3  # noqa: PLC0415
    from botocore.exceptions import NoCredentialsError, NoRegionError  # noqa: PLC0415

    from lookalike.storage.aws_access import translated_aws_errors  # noqa: PLC0415

    with translated_aws_errors():
        session = boto3.Session(region_name=region)
        credentials = assumed(session, role) if role else session.get_credentials()
        if credentials is None:
            raise NoCredentialsError
        if not session.region_name:
            raise NoRegionError
        credentials.get_frozen_credentials()  # a role that is not ours is refused here already
    return Urllib3AWSV4SignerAuth(credentials, session.region_name, service.value)


class Cluster:
    """Sends requests with retries, and raises errors of OpenSearch as errors of ours."""

    def __init__(self, client: OpenSearch, retries: RetryPolicy = SEARCH_RETRIES) -> None:
        self._transport: Transport = client.transport
        self.retries = retries

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        params: Mapping[str, str] | None = None,
        check: Callable[[Any], None] | None = None,
    ) -> Any:  # noqa: ANN401 - JSON
        """The JSON answer. Send only requests that may be repeated.

        Args:
            method: HTTP method.
            path: path with a leading slash.
            body: JSON, or a text that is sent unchanged.
            params: query parameters.
            check: inspects the answer; may raise a ``TransportError`` to have it retried.

        Raises:
            StorageUnavailableError: no answer before the deadline, no such index, or no access.
            StorageInvalidError: OpenSearch refuses the request.
        """
        failure: TransportError | None = None
        for timeout in self.retries.attempts():
            try:
                answer = self.once(method, path, body, params, timeout)
                if check:
                    check(answer)
            except TransportError as error:
                if not is_transient(error):
                    raise _translated(error) from error
                failure = error
            else:
                return answer
        raise StorageUnavailableError(_absence(failure)) from failure

    def once(
        self,
        method: str,
        path: str,
        body: object,
        params: Mapping[str, str] | None,
        timeout: float,
    ) -> Any:  # noqa: ANN401 - JSON
        """The JSON answer to one attempt.

        Raises:
            TransportError: there is no answer, or it is not a success.
        """
        return self._transport.perform_request(
            method, path, params=dict(params or {}), body=body, timeout=timeout
        )


def is_transient(error: TransportError) -> bool:
    """Return whether the same request may succeed later."""
    return isinstance(error, Disconnected) or error.status_code in BUSY


def failure_reason(error: TransportError) -> str:
    """Why a request failed, without the address of the server."""
    return type(error).__name__ if isinstance(error, Disconnected) else str(error.error)


def _absence(failure: TransportError | None) -> str:
    """Why there was no answer before the deadline, without the address of the server."""
    match failure and failure.info:
        case NameResolutionError():
            return "The vector index cannot be reached: the name of its host is not known."
        case NewConnectionError():
            return "The vector index cannot be reached: nothing accepts connections there."
        case SSLError():
            return "The vector index cannot be reached: there is no TLS, or none that is trusted."
        case _:
            return "The vector index does not answer in time."


def _translated(error: TransportError) -> LookalikeError:
    match error.status_code:
        case HTTPStatus.NOT_FOUND:
            return StorageUnavailableError(
                "There is no vector index for this algorithm version.",
                "`lookalike index create` creates one.",
            )
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return StorageUnavailableError("The vector index denies access.")
        case _:
            return StorageInvalidError(
                f"The vector index refuses a request: {failure_reason(error)}."
            )
