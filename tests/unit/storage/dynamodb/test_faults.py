"""What DynamoDB leaves undone is done, and what it refuses is said: nothing is lost between."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError

from lookalike.catalogue.registration import RegisteredImage, Registration, register
from lookalike.errors import LookalikeError, StorageInvalidError, StorageUnavailableError
from lookalike.storage.dynamodb.storage import DynamodbStorage
from lookalike.storage.interfaces import Drift, PutOutcome
from tests.builders import a_fingerprint, a_fingerprint_id, a_picture, a_product
from tests.contract.storage.moto_dynamodb import NAMES, StreamedVectors
from tests.unit.storage.dynamodb.conftest import Clock
from tests.unit.storage.dynamodb.faults import (
    Answer,
    Call,
    Fault,
    Faults,
    after,
    cancelled,
    lost,
    never_sent,
    refused,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

CONFLICT = cancelled("TransactionConflict", "None", "None")


def a_registration(number: int = 1) -> Registration:
    product = a_product(number)
    images = [RegisteredImage(None, a_fingerprint(number))]
    return Registration(product.entity_id, product.sku, images)


def half_unprocessed(call: Call) -> Answer:
    """As under load: the second half of what was found is left for another call."""
    answer = call()
    items = answer["Responses"][NAMES.products]
    kept = len(items) // 2
    left = [{"entity_id": item["entity_id"]} for item in items[kept:]]
    return {
        "Responses": {NAMES.products: items[:kept]},
        "UnprocessedKeys": {NAMES.products: {"Keys": left, "ConsistentRead": True}},
    }


def test_should_read_on_until_no_key_is_unprocessed(
    storage: DynamodbStorage, faults: Faults
) -> None:
    products = {product.entity_id: product for product in map(a_product, range(130))}
    storage.products.put_many(list(products.values()))
    faults.plan("BatchGetItem", *[half_unprocessed] * 9)

    assert storage.products.get_many(products) == products


def test_should_give_up_on_keys_that_stay_unprocessed(
    storage: DynamodbStorage, faults: Faults, clock: Clock
) -> None:
    """Within its time, with pauses that are drawn below a bound that doubles."""
    storage.products.put_many([a_product(1)])
    faults.plan("BatchGetItem", *[half_unprocessed] * 1_000)

    with pytest.raises(StorageUnavailableError, match="try again"):
        storage.products.get_many(["entity-000001"])

    assert len(clock.pauses) > 5
    assert clock.now <= 8
    bounds = [min(1, 0.05 * 2**attempt) for attempt in range(len(clock.pauses))]
    assert all(0 <= pause <= bound for pause, bound in zip(clock.pauses, bounds, strict=True))


@pytest.mark.parametrize(
    "fault",
    [
        CONFLICT,
        cancelled("None", "ThrottlingError", "None"),
        cancelled("ProvisionedThroughputExceeded", "TransactionConflict", "None"),
    ],
)
def test_should_write_again_what_was_cancelled_for_no_fault_of_ours(
    storage: DynamodbStorage, faults: Faults, fault: Fault
) -> None:
    faults.plan("TransactWriteItems", fault, fault, fault)

    assert register(storage, [a_registration()], now=5) == [PutOutcome.CREATED]

    assert faults.calls.count("TransactWriteItems") == 4
    assert storage.products.count() == storage.pictures.count() == storage.vectors.count() == 1


def test_should_write_nothing_where_others_never_let_it(
    storage: DynamodbStorage, faults: Faults, clock: Clock
) -> None:
    faults.plan("TransactWriteItems", *[CONFLICT] * 1_000)

    with pytest.raises(StorageUnavailableError, match="try again"):
        register(storage, [a_registration()], now=5)

    assert clock.now <= 8
    assert storage.products.count() == storage.pictures.count() == 0


def test_should_write_a_lone_item_again_that_was_in_a_transaction_of_others(
    storage: DynamodbStorage, faults: Faults
) -> None:
    faults.plan("PutItem", refused("TransactionConflictException"))

    assert storage.products.put_many([a_product(1)]) == [PutOutcome.CREATED]
    assert storage.products.count() == 1


def test_should_delete_a_product_once_of_two_who_delete_it(
    storage: DynamodbStorage, other: DynamodbStorage, faults: Faults
) -> None:
    storage.products.put_many([a_product(1)])
    deleted = []
    faults.plan(
        "TransactWriteItems",
        after(lambda: deleted.append(other.products.delete(a_product(1).entity_id))),
    )
    assert [storage.products.delete(a_product(1).entity_id), *deleted] == [False, True]


@pytest.mark.parametrize("fault", [lost, never_sent])
def test_should_do_no_harm_to_repeat_what_had_no_answer(
    storage: DynamodbStorage, faults: Faults, fault: Fault
) -> None:
    faults.plan("TransactWriteItems", fault)
    with pytest.raises(StorageUnavailableError, match="do not answer"):
        register(storage, [a_registration()], now=5)

    register(storage, [a_registration()], now=5)

    assert storage.products.count() == storage.pictures.count() == storage.vectors.count() == 1
    [picture] = storage.pictures.get_many([a_fingerprint_id(1)]).values()
    assert picture.last_seen == 5


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ProvisionedThroughputExceededException", StorageUnavailableError),
        ("RequestLimitExceeded", StorageUnavailableError),
        ("ThrottlingException", StorageUnavailableError),
        ("InternalServerError", StorageUnavailableError),
        ("ExpiredTokenException", StorageUnavailableError),
        ("ResourceNotFoundException", StorageInvalidError),
        ("AccessDeniedException", StorageInvalidError),
    ],
)
@pytest.mark.parametrize("operation", ["BatchGetItem", "Query", "Scan", "PutItem"])
def test_should_say_in_our_words_what_is_refused(
    storage: DynamodbStorage, faults: Faults, operation: str, code: str, kind: type[LookalikeError]
) -> None:
    """Without names of what is inside."""
    faults.plan(operation, *[refused(code)] * 1_000)

    with pytest.raises(kind) as caught:
        use(storage)

    assert "secret-name" not in caught.value.detail
    assert caught.value.detail.endswith(("again.", "use them."))


def use(storage: DynamodbStorage) -> None:
    storage.products.put_many([a_product(1)])
    storage.products.delete(a_product(1).entity_id)
    list(storage.products.showing(a_fingerprint_id(1)))
    storage.products.count()


def test_should_have_its_client_try_again_what_is_throttled(
    storage: DynamodbStorage, own_client: DynamoDBClient, faults: Faults
) -> None:
    attempts = []

    def throttle_first(request: AWSPreparedRequest, **_: object) -> AWSResponse | None:
        attempts.append(request)
        answer: Any = AWSResponse(request.url, 400, HTTPHeaders(), None)
        answer._content = b'{"__type": "com.amazonaws.dynamodb#ThrottlingException"}'
        return answer if len(attempts) == 1 else None

    event = "before-send.dynamodb.Query"
    events: Any = own_client.meta.events
    events.register_first(event, throttle_first)
    try:
        assert list(storage.products.showing(a_fingerprint_id(1))) == []
    finally:
        events.unregister(event, throttle_first)

    assert len(attempts) == 2
    assert faults.calls == ["Query"]


def test_should_leave_mistakes_of_our_own_to_be_seen(
    storage: DynamodbStorage, faults: Faults
) -> None:
    faults.plan("Query", refused("ValidationException"))

    with pytest.raises(ClientError):
        list(storage.products.showing(a_fingerprint_id(1)))


def test_should_refresh_a_picture_that_another_has_stored_a_moment_before(
    storage: DynamodbStorage, other: DynamodbStorage, faults: Faults
) -> None:
    """Neither the other's update is lost, nor ours, whichever is the later."""
    for number, (theirs, ours) in enumerate([(5, 9), (9, 5), (5, 5)]):
        picture = a_picture(number, last_seen=theirs)
        faults.plan("TransactWriteItems", after(lambda p=picture: other.pictures.put_many([p])))  # type: ignore[misc]

        register(storage, [a_registration(number)], now=ours)

        [stored] = storage.pictures.get_many([a_fingerprint_id(number)]).values()
        assert stored == replace(picture, last_seen=9 if number < 2 else 5)
    assert storage.products.count() == storage.pictures.count() == 3


def test_should_not_turn_back_a_picture_that_another_has_refreshed(
    storage: DynamodbStorage, other: DynamodbStorage, faults: Faults
) -> None:
    other.pictures.put_many([a_picture(1, last_seen=1)])
    faults.plan(
        "TransactWriteItems", after(lambda: other.pictures.put_many([a_picture(1, last_seen=9)]))
    )

    register(storage, [a_registration()], now=5)

    [stored] = storage.pictures.get_many([a_fingerprint_id(1)]).values()
    assert stored.last_seen == 9
    assert storage.products.count() == 1


def test_should_store_a_picture_again_that_was_swept_a_moment_before(
    storage: DynamodbStorage, other: DynamodbStorage, faults: Faults
) -> None:
    other.pictures.put_many([a_picture(1, last_seen=1)])
    faults.plan("TransactWriteItems", after(lambda: other.pictures.sweep(4)))

    register(storage, [a_registration()], now=100_000)

    assert storage.pictures.get_many([a_fingerprint_id(1)]) == {
        a_fingerprint_id(1): a_picture(1, last_seen=100_000)
    }
    assert storage.vectors.count() == 1


@pytest.mark.parametrize(
    ("now", "is_swept_before"), [(30_000, False), (90_000, False), (90_000, True)]
)
def test_should_not_sweep_what_was_registered_a_moment_before(
    storage: DynamodbStorage,
    other: DynamodbStorage,
    faults: Faults,
    now: int,
    *,
    is_swept_before: bool,
) -> None:
    """Even where the index does not show the product yet."""
    other.pictures.put_many([a_picture(1, last_seen=1)])

    def meanwhile() -> None:
        if is_swept_before:
            other.pictures.sweep(2)
        register(other, [a_registration()], now=now)

    faults.plan("DeleteItem", after(meanwhile))

    assert storage.pictures.sweep(2) == 0

    assert set(storage.pictures.get_many([a_fingerprint_id(1)])) == {a_fingerprint_id(1)}
    assert storage.vectors.count() == 1


def test_should_go_on_sweeping_after_a_conflict(storage: DynamodbStorage, faults: Faults) -> None:
    storage.pictures.put_many([a_picture(number, last_seen=1) for number in range(3)])
    faults.plan("DeleteItem", *[refused("TransactionConflictException")] * 2)

    assert storage.pictures.sweep(2) == 3
    assert storage.pictures.count() == storage.vectors.count() == 0


@pytest.mark.parametrize("consistent", [True, False])
def test_should_read_as_consistently_as_configured(
    client: DynamoDBClient, vectors: StreamedVectors, *, consistent: bool
) -> None:
    asked: list[bool] = []

    def note(params: dict[str, Any], **_: object) -> None:
        asked.append(params["RequestItems"][NAMES.pictures]["ConsistentRead"])

    storage = DynamodbStorage(client, NAMES, vectors, lambda: Drift(0, 0), consistent=consistent)
    client.meta.events.register("provide-client-params.dynamodb.BatchGetItem", note)
    storage.pictures.get_many([a_fingerprint_id(1)])
    client.meta.events.unregister("provide-client-params.dynamodb.BatchGetItem", note)
    assert asked == [consistent]
