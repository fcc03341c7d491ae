"""A reconciliation fills the second index, and empties either of what is not stored."""

from __future__ import annotations

from lookalike.storage.two_indices import TwoIndices
from tests.builders import a_fingerprint_id, a_product, a_vector_entry
from tests.toy_index import ToyIndex
from tests.unit.sync.reconciliation.conftest import World


def test_should_make_both_indices_as_the_table_is(world: World) -> None:
    world.store([1, 2, 3])
    world.products.put_many([a_product(number) for number in (1, 2, 3)])
    first, second = ToyIndex(), ToyIndex()
    first.add([a_vector_entry(number) for number in (1, 2, 8)])
    second.add([a_vector_entry(9)])
    both = TwoIndices(first, second)
    reconciler = world.a_reconciler(index=both)

    done = reconciler.run(lambda: 900)

    assert (done.behind, done.ahead, done.unrepaired) == (3, 2, 0)
    assert first.ids() == second.ids() == sorted(map(a_fingerprint_id, (1, 2, 3)))
    assert (reconciler.run(lambda: 900).behind, both.count()) == (0, 3)
