"""Errors of DynamoDB as errors of ours, and how long requests are retried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004 - its name

from lookalike.errors import StorageInvalidError, StorageUnavailableError
from lookalike.storage.retries import RetryPolicy

CLIENT_CONFIG = Config(
    connect_timeout=1,
    read_timeout=3,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=32,
    tcp_keepalive=True,
)
"""For every client of DynamoDB. It answers within milliseconds, so 3 seconds mean a broken
connection; ``standard`` retries throttling, server errors and time-outs with full jitter. An answer
or an error is there well before the 29 seconds that API Gateway waits.
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""

CONFLICT = "TransactionConflict"
UNMET_CONDITION = "ConditionalCheckFailed"
THROTTLED = frozenset({"ThrottlingError", "ProvisionedThroughputExceeded"})
"""Reasons why a transaction was cancelled, per item; for a single write, the first two are error
codes that end in ``Exception``.
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html"""

BUSY = "The tables are too busy; try again."
TABLE_RETRIES = RetryPolicy(deadline=8, longest_pause=1)
"""For what DynamoDB has left undone or has cancelled; the client itself retries what was throttled
as a whole."""
_UNUSABLE = frozenset(
    {
        "AccessDeniedException",
        "InvalidSignatureException",
        "MissingAuthenticationTokenException",
        "ResourceNotFoundException",
        "UnrecognizedClientException",
    }
)
_BUSY = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
    }
)


def error_code(error: ClientError) -> str:
    """The code of an error."""
    return str(error.response["Error"]["Code"])


def cancellation_reasons(error: ClientError) -> list[dict[str, Any]]:
    """Why each item of a transaction was refused, in order: ``Code``, and the stored ``Item``."""
    response = cast("dict[str, Any]", error.response)
    if error_code(error) == "TransactionCanceledException":
        return list(response["CancellationReasons"])
    return [{"Code": error_code(error).removesuffix("Exception"), "Item": response.get("Item")}]


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise errors of DynamoDB inside as errors of ours.

    Errors that only a bug of ours can cause, such as a malformed request, are left unchanged.

    Raises:
        StorageInvalidError: a table is absent, or access is denied.
        StorageUnavailableError: DynamoDB is busy or does not answer. A write whose answer was lost
            may have succeeded; repeating it does no harm.
    """
    try:
        yield
    except ClientError as exc:
        if error_code(exc) == "ValidationException":
            raise
        raise _ours(exc) from exc
    except (HTTPClientError, ConnectionError) as exc:
        raise StorageUnavailableError("The tables do not answer; try again.") from exc


def _ours(error: ClientError) -> StorageInvalidError | StorageUnavailableError:
    code = error_code(error)
    if code in _UNUSABLE:
        return StorageInvalidError(
            f"The tables cannot be used ({code}): check that they exist, "
            "and that this service may use them."
        )
    if code in _BUSY:
        return StorageUnavailableError(BUSY)
    return StorageUnavailableError(f"The tables do not answer ({code}); try again.")
