"""A server that is busy, slow or away: nothing is lost, nothing is done twice, errors are clear."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat

import pytest
from opensearchpy import OpenSearch
from typing_extensions import override

from lookalike.errors import StorageInvalidError, StorageUnavailableError
from lookalike.pictures import VectorEntry
from lookalike.storage.interfaces import Neighbour
from lookalike.storage.opensearch.vectors import OpenSearchVectors
from lookalike.storage.retries import RetryPolicy
from lookalike.storage.synced_index import APPLIED, ChangeState, Removal
from tests.builders import VERSION, a_fingerprint_id, a_vector_entry, some_hashes
from tests.contract.storage.brute_force import rows
from tests.integration.opensearch.proxy import (
    Fault,
    FaultyProxy,
    changes_of,
    fails_searches,
    hangs,
    hangs_up,
    loses_the_answer,
    refuses,
    refuses_items,
)

PASSING = {
    "429": refuses(429),
    "502": refuses(502),
    "503": refuses(503),
    "504": refuses(504),
    "broken connection": hangs_up,
    "lost answer": loses_the_answer,
}


@pytest.fixture(params=list(PASSING.values()), ids=list(PASSING))
def fault(request: pytest.FixtureRequest) -> Fault:
    """What passes by itself."""
    fault: Fault = request.param
    return fault


class ThreeAttempts(RetryPolicy):
    """However long they take."""

    @override
    def attempts(self) -> Iterator[float]:
        yield from repeat(60.0, 3)


def is_found(vectors: OpenSearchVectors, number: int) -> bool:
    found = vectors.nearest({"deep": rows(some_hashes(number)["deep"])}, 1)["deep"]
    return found == [Neighbour(a_fingerprint_id(number), 0)]


def test_should_find_what_it_finds_though_the_server_fails_at_first(
    troubled: OpenSearchVectors, proxy: FaultyProxy, fault: Fault
) -> None:
    troubled.add([a_vector_entry(1), a_vector_entry(2)])
    proxy.faults.extend([fault, fault])

    assert is_found(troubled, 2)
    assert not proxy.faults


def test_should_apply_once_though_the_server_fails_at_first(
    troubled: OpenSearchVectors, vectors: OpenSearchVectors, proxy: FaultyProxy, fault: Fault
) -> None:
    vectors.add([a_vector_entry(1)])
    proxy.faults.extend([fault, fault])

    outcomes = troubled.bulk([Removal(a_fingerprint_id(1)), a_vector_entry(2), a_vector_entry(3)])

    assert outcomes == [APPLIED] * 3
    assert vectors.ids() == sorted([a_fingerprint_id(2), a_fingerprint_id(3)])


def test_should_ask_again_when_one_search_of_several_failed(
    troubled: OpenSearchVectors, proxy: FaultyProxy
) -> None:
    troubled.add([a_vector_entry(1)])
    proxy.faults.extend([fails_searches(503), fails_searches(429)])

    assert is_found(troubled, 1)
    assert not proxy.faults


def test_should_send_again_only_the_changes_that_were_refused(
    troubled: OpenSearchVectors, proxy: FaultyProxy
) -> None:
    proxy.faults.extend([refuses_items(429, {1, 3}), refuses_items(503, {0})])

    assert troubled.bulk([a_vector_entry(number) for number in range(5)]) == [APPLIED] * 5

    assert [len(changes_of(asked)) for asked in proxy.asked] == [5, 2, 1]
    assert troubled.count() == 5


def test_should_say_which_changes_it_gave_up(
    client_of_proxy: OpenSearch, troubled: OpenSearchVectors, proxy: FaultyProxy, index_base: str
) -> None:
    hasty = OpenSearchVectors(client_of_proxy, VERSION, index_base, retries=ThreeAttempts())
    proxy.faults.extend([refuses_items(429, {1}), *repeat(refuses_items(429, {0}), 2)])

    kept, given_up, removed = hasty.bulk(
        [a_vector_entry(1), a_vector_entry(2), Removal(a_fingerprint_id(3))]
    )

    assert not proxy.faults
    assert (kept, removed) == (APPLIED, APPLIED)
    assert given_up.state is ChangeState.RETRY
    assert "es_rejected_execution_exception" in given_up.reason
    troubled.add([a_vector_entry(4)])
    assert troubled.ids() == sorted([a_fingerprint_id(1), a_fingerprint_id(4)])


@pytest.mark.parametrize("fault", [refuses(429), hangs_up, hangs(0.2)])
def test_should_give_up_in_time(
    client_of_proxy: OpenSearch, proxy: FaultyProxy, fault: Fault
) -> None:
    retries = RetryPolicy(timeout=0.1, deadline=0.3, first_pause=0.001, longest_pause=0.01)
    hasty = OpenSearchVectors(client_of_proxy, VERSION, "nothing", retries=retries)
    proxy.faults.extend([fault] * 1_000)

    with pytest.raises(StorageUnavailableError, match="does not answer in time") as raised:
        hasty.count()
    with pytest.raises(StorageUnavailableError, match="does not accept changes"):
        hasty.add([a_vector_entry(1)])
    (outcome,) = hasty.bulk([a_vector_entry(1)])
    proxy.faults.clear()

    assert outcome.state is ChangeState.RETRY
    assert "127.0.0.1" not in outcome.reason + raised.value.detail


def test_should_keep_what_spoils_a_bulk_from_spoiling_the_others(
    troubled: OpenSearchVectors,
) -> None:
    """An id of 600 bytes makes OpenSearch refuse the whole request."""
    changes = [a_vector_entry(number) for number in range(20)]
    changes[7] = VectorEntry("x" * 600, VERSION, some_hashes(7))
    changes[8] = VectorEntry("", VERSION, some_hashes(8))
    changes[9] = VectorEntry("\udc80", VERSION, some_hashes(9))
    changes[10] = VectorEntry("short", VERSION, {"deep": bytes(3)})

    outcomes = troubled.bulk(changes)

    rejected = {at for at, o in enumerate(outcomes) if o.state is ChangeState.REJECTED}
    assert rejected == {7, 8, 9, 10}
    assert all(outcomes[at].reason for at in rejected)
    assert troubled.count() == 16


def test_should_let_the_last_change_of_a_picture_count_though_earlier_ones_were_refused(
    troubled: OpenSearchVectors, proxy: FaultyProxy
) -> None:
    """Sending the refused addition again, after the removal, would bring the picture back."""
    proxy.faults.append(refuses_items(429, {0}))
    gone, stays = a_vector_entry(1), a_vector_entry(2)

    outcomes = troubled.bulk(
        [gone, Removal(stays.fingerprint_id), Removal(gone.fingerprint_id), stays]
    )

    assert outcomes == [APPLIED] * 4
    assert troubled.ids() == [stays.fingerprint_id]


@pytest.mark.parametrize("status", [401, 403])
def test_should_not_try_again_where_access_is_refused(
    troubled: OpenSearchVectors, proxy: FaultyProxy, status: int
) -> None:
    proxy.faults.extend([refuses(status, "security_exception")] * 2)

    with pytest.raises(StorageUnavailableError, match="denies access"):
        troubled.count()
    (outcome,) = troubled.bulk([a_vector_entry(1)])
    assert outcome.state is ChangeState.RETRY
    assert len(proxy.asked) == 2


def test_should_say_that_there_is_no_index_and_never_make_one(
    opensearch: OpenSearch, index_base: str
) -> None:
    absent = OpenSearchVectors(opensearch, VERSION, index_base)

    (outcome,) = absent.bulk([a_vector_entry(1)])

    assert outcome.state is ChangeState.RETRY
    with pytest.raises(StorageUnavailableError, match="There is no vector index") as refused:
        absent.nearest({"phash": rows(bytes(8))}, 1)
    assert "lookalike index create" in refused.value.at_command_line
    assert not opensearch.indices.exists(index=f"{index_base}-{VERSION}")


def test_should_repeat_what_the_server_says_of_a_request_that_it_refuses(
    troubled: OpenSearchVectors, proxy: FaultyProxy
) -> None:
    proxy.faults.append(refuses(400, "parsing_exception"))

    with pytest.raises(StorageInvalidError, match="parsing_exception"):
        troubled.count()
