"""Searches that the gateway cannot count are counted by the functions, all together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest

from lookalike.api.find_similar.service import FindSimilar
from lookalike.aws.search_allowance import WINDOW_SECONDS, CountedCheck, SearchAllowance
from lookalike.errors import StorageInvalidError
from lookalike.http.problems import TooManyRequestsError
from lookalike.matching.check import CheckOptions, Match
from lookalike.matching.stored_check import StoredCheck
from lookalike.pictures import Fingerprint
from lookalike.storage.dynamodb.schema import RUNS_EXPIRE_AT
from tests.builders import a_fingerprint
from tests.contract.storage.moto_dynamodb import NAMES

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOW = 1_000_000_000.0


def _allowance(
    client: DynamoDBClient, per_second: float | None, now: float = NOW
) -> SearchAllowance:
    """What a function has, which knows nothing of the others."""
    return SearchAllowance(client, NAMES.imports, per_second, lambda: now)


def test_should_refuse_what_all_functions_together_ask_beyond_it(
    dynamodb: DynamoDBClient,
) -> None:
    for _ in range(5):
        _allowance(dynamodb, 0.5).take()
    with pytest.raises(TooManyRequestsError) as refused:
        _allowance(dynamodb, 0.5).take()
    assert refused.value.retry_after == 1
    _allowance(dynamodb, 0.5, NOW + WINDOW_SECONDS).take()


def test_should_forget_what_it_counted(dynamodb: DynamoDBClient) -> None:
    _allowance(dynamodb, 1).take()
    [item] = dynamodb.scan(TableName=NAMES.imports)["Items"]
    assert NOW < int(item[RUNS_EXPIRE_AT]["N"]) < NOW + 86_400


def test_should_allow_one_search_at_least_and_any_without_a_limit(
    dynamodb: DynamoDBClient,
) -> None:
    _allowance(dynamodb, 0.001).take()
    for _ in range(50):
        _allowance(dynamodb, None).take()


def test_should_say_that_the_table_does_not_answer(dynamodb: DynamoDBClient) -> None:
    dynamodb.delete_table(TableName=NAMES.imports)
    with pytest.raises(StorageInvalidError):
        _allowance(dynamodb, 1).take()


def test_should_count_each_check_of_a_product_that_arrives(
    dynamodb: DynamoDBClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = list[str]()

    def matches(
        _check: StoredCheck, fingerprint: Fingerprint, _options: CheckOptions
    ) -> list[Match]:
        searched.append(fingerprint.fingerprint_id)
        return []

    monkeypatch.setattr(StoredCheck, "matches", matches)
    check = CountedCheck(Mock(), Mock(), _allowance(dynamodb, 0.1))
    one, other = a_fingerprint(1), a_fingerprint(2)
    assert check.matches(one, CheckOptions()) == []
    with pytest.raises(TooManyRequestsError):
        check.matches(other, CheckOptions())
    assert searched == [one.fingerprint_id]


def test_should_answer_a_check_whose_second_search_is_refused() -> None:
    looks, matcher, reader = Mock(), Mock(), Mock()
    matcher.check.return_value.matches = []

    def refuse() -> None:
        raise TooManyRequestsError("Later.")

    service = FindSimilar(reader, matcher, looks, refuse)
    source: Any = b"a picture"
    result, error = service.check_and_search(source, CheckOptions())
    assert result is matcher.check.return_value
    assert isinstance(error, TooManyRequestsError)
    looks.by_picture.assert_not_called()
