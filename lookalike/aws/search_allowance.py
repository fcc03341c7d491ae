"""Searches that the gateway cannot count: those of some requests of a method, and second ones.

The gateway limits methods, and cannot tell ``PUT /products`` with ``check=true`` from one without.
So functions count these searches themselves, all together, in the table of imports.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from typing_extensions import override

from lookalike.http.problems import TooManyRequestsError
from lookalike.matching.check import CheckOptions, Match
from lookalike.matching.stored_check import StoredCheck
from lookalike.matching.verifier import Verifier
from lookalike.pictures import Fingerprint
from lookalike.storage.dynamodb.attributes import INTEGER, TEXT
from lookalike.storage.dynamodb.errors import UNMET_CONDITION, error_code, translated_errors
from lookalike.storage.dynamodb.schema import IMPORT_ID, ROW, RUNS_EXPIRE_AT
from lookalike.storage.interfaces import Storage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PLACE = "searches:"
"""How the keys of counts begin; ids of runs have no colon."""
WINDOW_SECONDS = 10
"""Searches are counted in windows of this length, since there may be less than one a second."""
_KEPT_SECONDS = 3_600
_COUNT = "count"


class SearchAllowance:
    """How many searches functions may make together. Safe to use in threads.

    Args:
        client: client of DynamoDB.
        table: name of the table of imports.
        per_second: searches a second, on average; ``None``: as many as are asked for.
        clock: seconds since the epoch (UTC).
    """

    def __init__(
        self,
        client: DynamoDBClient,
        table: str,
        per_second: float | None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._table = table
        self._per_second = per_second
        self._clock = clock

    def take(self) -> None:
        """Count one search that is about to be made.

        Raises:
            TooManyRequestsError: as many as may be were made within the last seconds.
            StorageUnavailableError: the table does not answer.
        """
        if self._per_second is None:
            return
        most = max(1, round(self._per_second * WINDOW_SECONDS))
        with translated_errors():
            try:
                self._count_below(most)
            except ClientError as error:
                if error_code(error) != f"{UNMET_CONDITION}Exception":
                    raise
                raise TooManyRequestsError(
                    "The index is asked for as much as it can answer; try again."
                ) from error

    def _count_below(self, most: int) -> None:
        now = int(self._clock())
        window = now // WINDOW_SECONDS
        self._client.update_item(
            TableName=self._table,
            Key={IMPORT_ID: TEXT.write(f"{PLACE}{window}"), ROW: INTEGER.write(0)},
            UpdateExpression=f"ADD #count :one SET {RUNS_EXPIRE_AT} = :expiry",
            ConditionExpression="attribute_not_exists(#count) OR #count < :most",
            ExpressionAttributeNames={"#count": _COUNT},
            ExpressionAttributeValues={
                ":one": INTEGER.write(1),
                ":most": INTEGER.write(most),
                ":expiry": INTEGER.write(now + _KEPT_SECONDS),
            },
        )


class CountedCheck(StoredCheck):
    """Counts each check before it is made.

    Args:
        storage: the catalogue.
        verifier: verifies candidates.
        allowance: counts.
    """

    def __init__(self, storage: Storage, verifier: Verifier, allowance: SearchAllowance) -> None:
        super().__init__(storage, verifier)
        self._allowance = allowance

    @override
    def matches(self, fingerprint: Fingerprint, options: CheckOptions) -> list[Match]:
        """See ``StoredCheck``.

        Raises:
            TooManyRequestsError: see ``SearchAllowance``; nothing was searched.
        """
        self._allowance.take()
        return super().matches(fingerprint, options)
