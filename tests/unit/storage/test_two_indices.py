"""Two indices side by side: both get every change, one answers, and what either lacks is told."""

from __future__ import annotations

from typing_extensions import override

from lookalike.storage.synced_index import (
    APPLIED,
    ChangeOutcome,
    ChangeState,
    IndexChange,
    Removal,
)
from lookalike.storage.two_indices import TwoIndices
from tests.builders import a_fingerprint_id, a_vector_entry, some_hashes
from tests.contract.storage.brute_force import rows
from tests.toy_index import ToyIndex

BUSY = ChangeOutcome(ChangeState.RETRY, "busy")


class BusyIndex(ToyIndex):
    """Accepts nothing now."""

    @override
    def apply(self, change: IndexChange) -> ChangeOutcome:
        return BUSY


def test_should_write_to_both_and_ask_the_first() -> None:
    first, second = ToyIndex(), ToyIndex()
    both = TwoIndices(first, second)

    both.add([a_vector_entry(1)])
    assert both.bulk([a_vector_entry(2), Removal(a_fingerprint_id(1))]) == [APPLIED, APPLIED]
    both.remove(iter([a_fingerprint_id(3)]))

    assert first.ids() == second.ids() == both.ids() == [a_fingerprint_id(2)]
    second.remove(first.ids())
    assert both.count() == 1
    assert both.nearest({"deep": rows(some_hashes(2)["deep"])}, 1)["deep"][0].distance == 0


def test_should_say_that_a_picture_is_missing_where_either_lacks_it() -> None:
    first, second = ToyIndex(), ToyIndex()
    first.add([a_vector_entry(1), a_vector_entry(2)])
    second.add([a_vector_entry(2), a_vector_entry(3)])

    asked = list(map(a_fingerprint_id, range(4)))

    both = TwoIndices(first, second)
    assert both.present(asked) == {a_fingerprint_id(2)}
    assert both.present_anywhere(asked) == set(asked[1:])
    assert both.ids() == sorted(asked[1:])
    assert both.ids(after=min(asked[1:]), limit=1) == sorted(asked[1:])[1:2]
    assert both.count() == 2


def test_should_have_applied_only_what_both_have_applied() -> None:
    wrong = a_vector_entry(1)
    object.__setattr__(wrong, "hashes", {"deep": b"short"})

    for both in (TwoIndices(ToyIndex(), BusyIndex()), TwoIndices(BusyIndex(), ToyIndex())):
        fine, refused = both.bulk([a_vector_entry(2), wrong])
        assert fine == BUSY
        assert refused.state is ChangeState.REJECTED, "it would be retried for ever"
