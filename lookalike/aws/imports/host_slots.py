"""Slots of hosts: how many functions of all imports ask a host for pictures at the same time.

A slot that is taken is an item in the table of imports, in the place of its host. Its function
gives it back; one that was killed leaves it to its expiry, from which on another one may take it.
"""

from __future__ import annotations

import logging
import random
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lookalike.errors import LookalikeError
from lookalike.storage.dynamodb.attributes import INTEGER, TEXT, Item
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.errors import (
    TABLE_RETRIES,
    UNMET_CONDITION,
    error_code,
    translated_errors,
)
from lookalike.storage.dynamodb.item_changes import Table
from lookalike.storage.dynamodb.schema import IMPORT_ID, IMPORTS, ROW, RUNS_EXPIRE_AT

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PLACE = "host:"
"""How the keys of hosts begin; ids of runs have no colon."""
LEASE_SECONDS = 300
"""A minute more than the function may take, so that clocks may differ by as much."""
_OWNER = "owner"
_ORDER = random.SystemRandom()
"""Not the module ``random``: functions restored from one snapshot would choose the same slots."""
_NAMES = {"#owner": _OWNER}

log = logging.getLogger("lookalike.imports")


class HostSlots:
    """The slots of every host, for functions that share a table. Safe to use in threads.

    Args:
        client: client of DynamoDB.
        table: name of the table of imports.
        slots: of each host.
        clock: seconds since the epoch (UTC).
    """

    def __init__(
        self,
        client: DynamoDBClient,
        table: str,
        slots: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._table = Table(table, IMPORTS)
        self._database = DynamodbDatabase(client, TABLE_RETRIES)
        self._slots = slots
        self._clock = clock

    @contextmanager
    def held(
        self, hosts: Iterable[str], slow: AbstractSet[str] = frozenset()
    ) -> Iterator[AbstractSet[str]]:
        """Hold a slot of each of these hosts that has a free one; yield these hosts.

        Args:
            hosts: names of hosts.
            slow: those of which only one slot is given away.

        Raises:
            StorageUnavailableError: the table does not answer; no slot is held then.
        """
        owner, taken = uuid.uuid4().hex, dict[str, int]()
        try:
            for host in sorted(hosts):
                slot = self._take(host, owner, 1 if host in slow else self._slots)
                if slot is not None:
                    taken[host] = slot
            yield taken.keys()
        finally:
            for host, slot in taken.items():
                self._give_back(host, slot, owner)

    def _take(self, host: str, owner: str, slots: int) -> int | None:
        """Take a free one of so many slots, if there is one, in no particular order."""
        free = sorted(set(range(slots)) - self._in_use(host))
        _ORDER.shuffle(free)
        return next((slot for slot in free if self._is_taken(host, slot, owner)), None)

    def _in_use(self, host: str) -> set[int]:
        leases = self._database.items(
            "query",
            self._table,
            ConsistentRead=True,
            KeyConditionExpression=f"{IMPORT_ID} = :host",
            ExpressionAttributeValues={":host": TEXT.write(PLACE + host)},
        )
        now = int(self._clock())
        return {
            INTEGER.read(lease[ROW])
            for lease in leases
            if INTEGER.read(lease[RUNS_EXPIRE_AT]) >= now
        }

    def _is_taken(self, host: str, slot: int, owner: str) -> bool:
        """Take a slot; whether nobody else has. Twice is the same as once."""
        now = int(self._clock())
        lease = {
            _OWNER: TEXT.write(owner),
            RUNS_EXPIRE_AT: INTEGER.write(now + LEASE_SECONDS),
        }
        with translated_errors():
            try:
                self._client.put_item(
                    TableName=self._table.name,
                    Item=_key(host, slot) | lease,
                    ConditionExpression=f"attribute_not_exists({IMPORT_ID}) "
                    f"OR {RUNS_EXPIRE_AT} < :now OR #owner = :owner",
                    ExpressionAttributeNames=_NAMES,
                    ExpressionAttributeValues={
                        ":now": INTEGER.write(now),
                        ":owner": TEXT.write(owner),
                    },
                )
            except ClientError as error:
                if error_code(error) != f"{UNMET_CONDITION}Exception":
                    raise
                return False
        return True

    def _give_back(self, host: str, slot: int, owner: str) -> None:
        """Give a slot back, unless another one has it by now. If that fails, it expires."""
        try:
            with translated_errors():
                self._client.delete_item(
                    TableName=self._table.name,
                    Key=_key(host, slot),
                    ConditionExpression="#owner = :owner",
                    ExpressionAttributeNames=_NAMES,
                    ExpressionAttributeValues={":owner": TEXT.write(owner)},
                )
        except LookalikeError as error:
            log.warning("A slot of the host %s is free when it expires: %s", host, error.detail)


def _key(host: str, slot: int) -> Item:
    return {IMPORT_ID: TEXT.write(PLACE + host), ROW: INTEGER.write(slot)}
