"""The store of decisions; every kind of storage has one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from lookalike.decisions import Decision, DecisionKind
from lookalike.errors import (
    BadParameterError,
    DecisionConflictError,
    UnknownDecisionError,
)
from lookalike.storage.decisions import DecisionFilter, every_decision
from lookalike.storage.interfaces import Storage
from tests.builders import a_decided_picture, a_decision, a_product
from tests.contract.storage.conftest import Reopen

FIRST = a_decision()
SECOND = replace(FIRST, kind=DecisionKind.DUPLICATE, by="Bob", decided_at=2_000_000.25)
A, B, C = (f"entity-{number:06}" for number in range(3))


def test_should_give_back_what_was_decided(storage: Storage, reopen: Reopen) -> None:
    decision = replace(
        FIRST,
        kind=DecisionKind.VARIANT,
        pictures_of_b=(a_decided_picture(1), a_decided_picture(7)),
        note="other colour ü\n",
        by="Ünal",
    )
    storage.decisions.put(decision)
    decisions = reopen(storage).decisions
    assert decisions.between(A, B) == decisions.between(B, A) == decision
    assert decisions.of_products([A]) == decisions.of_products([B, A]) == [decision]
    assert decisions.of_products([C]) == []
    assert decisions.between(A, C) is None


def test_should_keep_a_decision_once_however_often_it_is_put(storage: Storage) -> None:
    storage.decisions.put(FIRST)
    storage.decisions.put(FIRST)
    assert list(every_decision(storage.decisions)) == [FIRST]


def test_should_replace_the_decision_that_the_caller_saw(storage: Storage) -> None:
    storage.decisions.put(FIRST)
    storage.decisions.put(SECOND, replaces=FIRST.decision_id)
    assert storage.decisions.between(A, B) == SECOND
    assert storage.decisions.of_products([A]) == storage.decisions.of_products([B]) == [SECOND]


def test_should_refuse_to_replace_what_the_caller_has_not_seen(storage: Storage) -> None:
    storage.decisions.put(FIRST)
    with pytest.raises(DecisionConflictError, match="not_duplicate, by Ada at 1970-01-12"):
        storage.decisions.put(SECOND)
    storage.decisions.put(SECOND, replaces=FIRST.decision_id)
    third = replace(FIRST, decided_at=3e6)
    with pytest.raises(DecisionConflictError, match=SECOND.decision_id):
        storage.decisions.put(third, replaces=FIRST.decision_id)
    assert storage.decisions.between(A, B) == SECOND


def test_should_refuse_to_replace_what_was_undone_meanwhile(storage: Storage) -> None:
    with pytest.raises(DecisionConflictError, match="undone"):
        storage.decisions.put(SECOND, replaces=FIRST.decision_id)
    assert storage.decisions.between(A, B) is None


def test_should_let_one_of_several_win_who_decide_at_once(storage: Storage) -> None:
    def put(number: int) -> bool:
        try:
            storage.decisions.put(replace(FIRST, by=f"moderator {number}"))
        except DecisionConflictError:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(put, range(4))) == 1
    [stands] = every_decision(storage.decisions)
    assert stands.by.startswith("moderator")
    assert storage.decisions.of_products([A]) == storage.decisions.of_products([B]) == [stands]


def test_should_undo_a_decision(storage: Storage, reopen: Reopen) -> None:
    storage.decisions.put(FIRST)
    storage.decisions.delete(FIRST.decision_id)
    decisions = reopen(storage).decisions
    assert decisions.between(A, B) is None
    assert (decisions.of_products([A]), list(every_decision(decisions))) == ([], [])
    with pytest.raises(UnknownDecisionError):
        decisions.delete(FIRST.decision_id)
    decisions.put(SECOND)
    assert decisions.between(A, B) == SECOND


@pytest.mark.parametrize("name", ["", "-", "nothing", "ü", "a" * 3_000])
def test_should_undo_nothing_where_nothing_is_decided(storage: Storage, name: str) -> None:
    with pytest.raises(UnknownDecisionError):
        storage.decisions.delete(name)


def test_should_refuse_to_undo_another_decision_than_the_one_seen(storage: Storage) -> None:
    storage.decisions.put(FIRST)
    storage.decisions.put(SECOND, replaces=FIRST.decision_id)
    with pytest.raises(DecisionConflictError, match="Bob"):
        storage.decisions.delete(FIRST.decision_id)
    assert storage.decisions.between(A, B) == SECOND


def test_should_list_decisions_page_by_page(storage: Storage, reopen: Reopen) -> None:
    decisions = [a_decision(0, number) for number in range(1, 8)]
    for decision in decisions:
        storage.decisions.put(decision)
    in_order = sorted(decisions, key=lambda decision: decision.pair_id)
    again = reopen(storage).decisions
    assert list(every_decision(again, page_size=3)) == in_order
    first = again.page(limit=3)
    assert (first.decisions, first.after) == (in_order[:3], in_order[2].pair_id)
    assert again.page(limit=7).after is None


def test_should_list_the_decisions_that_meet_the_conditions(storage: Storage) -> None:
    kinds = [DecisionKind.DUPLICATE, DecisionKind.VARIANT, DecisionKind.DUPLICATE]
    decisions = [a_decision(number, number + 1, kind) for number, kind in enumerate(kinds)]
    for decision in decisions:
        storage.decisions.put(decision)

    def listed(wanted: DecisionFilter) -> set[Decision]:
        return set(every_decision(storage.decisions, wanted, page_size=1))

    assert listed(DecisionFilter(entity_id=B)) == set(decisions[:2])
    assert listed(DecisionFilter(kind=DecisionKind.DUPLICATE)) == {decisions[0], decisions[2]}
    assert listed(DecisionFilter(C, DecisionKind.DUPLICATE)) == {decisions[2]}
    assert listed(DecisionFilter(entity_id="nobody")) == listed(DecisionFilter("")) == set()


def test_should_keep_decisions_about_products_that_are_deleted(storage: Storage) -> None:
    storage.products.put_many([a_product(0), a_product(1)])
    storage.decisions.put(FIRST)
    storage.products.delete(A)
    storage.products.delete(B)
    assert storage.decisions.between(A, B) == FIRST


def test_should_decide_within_a_transaction(storage: Storage) -> None:
    with storage.transaction():
        storage.decisions.put(FIRST)
        storage.decisions.put(SECOND, replaces=FIRST.decision_id)
        storage.decisions.put(a_decision(0, 2))
        assert storage.decisions.between(A, B) == SECOND
        assert len(storage.decisions.of_products([A])) == 2
    assert storage.decisions.between(A, B) == SECOND


def test_should_undo_nothing_in_a_transaction_that_fails(storage: Storage) -> None:
    storage.decisions.put(FIRST)

    def undo_and_fail() -> None:
        with storage.transaction():
            storage.decisions.delete(FIRST.decision_id)
            assert storage.decisions.between(A, B) is None
            raise UnknownDecisionError("A failure.")

    with pytest.raises(UnknownDecisionError, match="failure"):
        undo_and_fail()
    assert storage.decisions.between(A, B) == FIRST


@pytest.mark.parametrize("decision", [a_decision(note="\ud800"), a_decision(by="\ud800")])
def test_should_refuse_texts_that_are_not_unicode(storage: Storage, decision: Decision) -> None:
    with pytest.raises(BadParameterError, match="surrogate"):
        storage.decisions.put(decision)
