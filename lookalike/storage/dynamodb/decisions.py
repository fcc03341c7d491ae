"""Decisions as items of a DynamoDB table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any

from typing_extensions import override

from lookalike.decisions import Decision, pair_id, pair_of_decision
from lookalike.storage.decisions import (
    DEFAULT_LIMIT,
    EVERY_DECISION,
    DecisionFilter,
    DecisionPage,
    DecisionStore,
    conflict_with,
    cut,
    require_seen,
    require_standing,
)
from lookalike.storage.dynamodb.attributes import TEXT, Item, read_item, write_item
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.item_changes import (
    Delete,
    ItemChange,
    Put,
    Request,
    Table,
    require_key,
)
from lookalike.storage.dynamodb.schema import (
    DECISION_ATTRIBUTES,
    DECISION_ID,
    DECISIONS,
    EVERY_PRODUCT,
    PAIR_ID,
    PLACE,
)
from lookalike.storage.refusals import require_unicode

MAX_EXAMINED = 10_000
"""Decisions that one page reads at most to find those of a kind."""


class DynamodbDecisions(DecisionStore):
    """The decisions of a table.

    Each is kept in three places, which one transaction writes: those of its two products, and that
    of all decisions. Who writes there names the decision that stands, so that of two who decide at
    once, one is refused.

    Args:
        database: reads and writes items.
        name: name of the table.
        max_examined: decisions that one page reads at most.
    """

    def __init__(
        self, database: DynamodbDatabase, name: str, max_examined: int = MAX_EXAMINED
    ) -> None:
        self._database = database
        self._max_examined = max_examined
        self._table = Table(name, DECISIONS)

    @override
    def put(self, decision: Decision, replaces: str | None = None) -> None:
        require_unicode([decision.a, decision.b, decision.note, decision.by])
        standing = self._standing(decision.pair_id)
        require_seen(standing, decision, replaces)
        for entity_id in (decision.a, decision.b):
            require_key(entity_id)
        pair, truth = decision.pair_id, _item(EVERY_PRODUCT, decision)
        expected = self._expected(standing, pair)
        self._write(
            DecisionChange(self._table, (EVERY_PRODUCT, pair), truth, expected),
            *(
                Put(self._table, (place, pair), _item(place, decision))
                for place in (decision.a, decision.b)
            ),
        )

    @override
    def between(self, one: str, other: str) -> Decision | None:
        return self._standing(pair_id(one, other))

    @override
    def of_products(self, entity_ids: Iterable[str]) -> list[Decision]:
        found = {
            decision.pair_id: decision
            for entity_id in dict.fromkeys(entity_ids)
            for decision in self._decisions(entity_id, "")
        }
        return [found[pair] for pair in sorted(found)]

    @override
    def page(
        self,
        after: str = "",
        limit: int = DEFAULT_LIMIT,
        wanted: DecisionFilter = EVERY_DECISION,
    ) -> DecisionPage:
        place = EVERY_PRODUCT if wanted.entity_id is None else wanted.entity_id
        read = islice(self._decisions(place, after), self._max_examined)
        last, found = "", list[Decision]()
        for count, decision in enumerate(read, 1):
            found += [decision] * wanted.accepts(decision)
            last = decision.pair_id if count == self._max_examined else ""
            if len(found) > limit:
                break
        return cut(found, limit, last or None)

    @override
    def delete(self, decision_id: str) -> None:
        pair = pair_of_decision(decision_id)
        standing = require_standing(self._standing(pair), decision_id)
        self._write(
            DecisionChange(
                self._table, (EVERY_PRODUCT, pair), None, self._expected(standing, pair)
            ),
            *(Delete(self._table, (place, pair)) for place in (standing.a, standing.b)),
        )

    def _standing(self, pair: str) -> Decision | None:
        found = self._database.get(self._table, [(EVERY_PRODUCT, pair)])
        return next(map(_decision_from, found.values()), None)

    def _decisions(self, place: str, after: str) -> Iterator[Decision]:
        """The decisions in one place behind a pair id, by pair id, read lazily."""
        if not place:
            return
        query: dict[str, Any] = {
            "ConsistentRead": True,
            "KeyConditionExpression": f"{PLACE} = :place AND {PAIR_ID} > :after",
            "ExpressionAttributeValues": {
                ":place": TEXT.write(place),
                ":after": TEXT.write(after or " "),  # below every digit; a key is never empty
            },
        }
        stored = self._database.items("query", self._table, **query)
        yield from map(_decision_from, merge(stored, self._written(place, after), key=_pair))

    def _written(self, place: str, after: str) -> list[Item]:
        """What this thread's transaction puts into one place, behind a pair id."""
        items = self._database.written(self._table)
        written = (item for item in items if self._table.item_key(item)[0] == place)
        return sorted((item for item in written if _pair(item) > after), key=_pair)

    def _expected(self, standing: Decision | None, pair: str) -> str | None:
        """The id of the decision that is stored, whatever this thread's transaction changes."""
        change = self._database.pending(self._table).get((EVERY_PRODUCT, pair))
        if isinstance(change, DecisionChange):
            return change.expected
        return standing.decision_id if standing else None

    def _write(self, *changes: ItemChange) -> None:
        with self._database.transaction():
            self._database.write(changes)


@dataclass(frozen=True, slots=True)
class DecisionChange(ItemChange):
    """Puts a decision, or removes it, if the one that stands is the expected one.

    Repeating it after an answer was lost does no harm.

    Attributes:
        item: to put; ``None``: to remove.
        expected: id of the decision that stands; ``None``: none does.
    """

    item: Item | None
    expected: str | None

    @override
    def request(self) -> Request:
        accepted = [self.expected, self.item and self.item[DECISION_ID]["S"]]
        values = {f":id{n}": TEXT.write(value) for n, value in enumerate(accepted) if value}
        conditions = [f"{DECISION_ID} = {name}" for name in values]
        if self.item is None or self.expected is None:
            conditions.append(f"attribute_not_exists({DECISION_ID})")
        parameters: dict[str, Any] = {
            "TableName": self.table.name,
            "ConditionExpression": " OR ".join(conditions),
            "ExpressionAttributeValues": values,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if self.item is None:
            return {"Delete": parameters | {"Key": self.table.key_attributes(self.key)}}
        return {"Put": parameters | {"Item": self.item}}

    @override
    def after(self, stored: Item | None) -> Item | None:
        return self.item

    @override
    def corrected(self, stored: Item | None) -> ItemChange:
        """Nothing can be tried after somebody else has decided.

        Raises:
            DecisionConflictError: always.
        """
        raise conflict_with(_decision_from(stored) if stored else None)


def _decision_from(item: Item) -> Decision:
    return Decision(**read_item(item, DECISION_ATTRIBUTES))


def _item(place: str, decision: Decision) -> Item:
    names = {PLACE: place, PAIR_ID: decision.pair_id, DECISION_ID: decision.decision_id}
    keys = {name: TEXT.write(value) for name, value in names.items()}
    return write_item(decision, DECISION_ATTRIBUTES) | keys


def _pair(item: Item) -> str:
    return str(TEXT.read(item[PAIR_ID]))
