"""A reconciliation repairs the index of products by looks both ways, page by page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from lookalike.aws.stores import embeddings_of_table
from lookalike.storage.dynamodb.embeddings_update import Embedded
from lookalike.storage.dynamodb.picture_embeddings import UnembeddedPicture
from lookalike.storage.embeddings import EmbeddingSpace
from lookalike.storage.looks_index import LooksEntry
from lookalike.storage.synced_index import ChangeOutcome, ChangeState
from lookalike.sync import looks_reconciler
from lookalike.sync.looks_reconciler import STREAM_SECONDS, LooksReconciler
from lookalike.sync.picture_sync import PictureSync
from lookalike.sync.product_sync import ProductSync
from lookalike.sync.reconciliation_state import PartState, ReconciliationState
from lookalike.sync.stream_batches import RecordApplier
from tests.builders import a_product
from tests.contract.storage.moto_dynamodb import NAMES
from tests.embeddings import FAKE_MODEL, embedded_picture
from tests.toy_looks import ToyLooks
from tests.unit.sync.reconciliation.conftest import World

Run = Callable[[], ReconciliationState]
Arriving = list[Callable[[], object]]
"""What arrives on the stream while the reconciliation waits."""


@pytest.fixture
def index() -> ToyLooks:
    """Empty."""
    return ToyLooks(FAKE_MODEL.space)


@pytest.fixture
def other() -> ToyLooks:
    """The index of another model; empty."""
    return ToyLooks(EmbeddingSpace("other-1", 8))


@pytest.fixture
def arriving() -> Arriving:
    """Nothing."""
    return []


@pytest.fixture(params=[1, 3])
def parts(request: pytest.FixtureRequest) -> int:
    """In which it is done."""
    count: int = request.param
    return count


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two."""
    monkeypatch.setattr(looks_reconciler, "PAGE_SIZE", 2)
    monkeypatch.setattr(looks_reconciler, "INDEX_PAGE_SIZE", 2)


@pytest.fixture
def run(world: World, index: ToyLooks, other: ToyLooks, arriving: Arriving, parts: int) -> Run:
    """Reconciles."""
    sync = ProductSync(world.products, world.pictures, index, other)

    def wait(seconds: float) -> None:
        assert seconds == STREAM_SECONDS
        while arriving:
            arriving.pop()()

    looks = LooksReconciler(world.products, [index, other], sync, wait)
    return lambda: world.a_reconciler(parts, looks=looks).run(lambda: 900.0)


def store(world: World, *numbers: int) -> None:
    world.pictures.put_many([embedded_picture(number) for number in numbers])
    world.products.put_many([a_product(number) for number in numbers])


def counts(state: ReconciliationState) -> tuple[int, int, int, int]:
    return state.products, state.looks_found, state.looks_behind, state.looks_ahead


def test_should_write_missing_products_once(world: World, index: ToyLooks, run: Run) -> None:
    store(world, 1, 2, 3, 4, 5)
    first, second = run(), run()
    assert first.finished_at is not None
    assert counts(first) == (5, 0, 5, 0)
    assert counts(second) == (5, 5, 0, 0)
    assert all(entry.embeddings for entry in index.entries.values())


def test_should_write_anew_what_differs(world: World, index: ToyLooks, run: Run) -> None:
    store(world, 1, 2, 3)
    run()
    world.products.put_many([a_product(2, attributes={"colour": "red"})])
    assert counts(run()) == (3, 2, 1, 0)
    assert index.entries["entity-000002"].attributes == {"colour": "red"}


def test_should_remove_products_that_are_not_stored(
    world: World, index: ToyLooks, run: Run
) -> None:
    store(world, 1, 2)
    run()
    for name in ("ghost-1", "ghost-2", "ghost-3"):
        index.entries[name] = LooksEntry(name, "d", {}, {})
    assert counts(run()) == (2, 2, 0, 3)
    assert index.ids() == ["entity-000001", "entity-000002"]


def test_should_repair_the_index_of_each_model(
    world: World, index: ToyLooks, other: ToyLooks, run: Run
) -> None:
    store(world, 1, 2, 3, 4)
    run()
    assert index.ids() == other.ids()
    del other.entries["entity-000003"]
    assert counts(run()) == (4, 3, 1, 0)
    for number in range(5):
        other.entries[f"ghost-{number}"] = LooksEntry(f"ghost-{number}", "d", {}, {})
    index.entries["ghost-2"] = LooksEntry("ghost-2", "d", {}, {})
    assert counts(run()) == (4, 4, 0, 5), "a product that both have is one"
    assert index.ids() == other.ids() == [f"entity-00000{number}" for number in range(1, 5)]


def test_should_not_count_what_is_on_its_way(
    world: World, index: ToyLooks, other: ToyLooks, run: Run, arriving: Arriving
) -> None:
    store(world, 1, 2, 3)
    run()
    sync = ProductSync(world.products, world.pictures, index, other)
    world.products.put_many([a_product(2, attributes={"colour": "red"})])
    arriving.append(lambda: sync.apply(["entity-000002"]))
    assert counts(run()) == (3, 3, 0, 0)
    world.products.delete("entity-000002")
    arriving.append(lambda: sync.apply(["entity-000002"]))
    assert counts(run()) == (2, 2, 0, 0)


def test_should_not_wait_where_more_differs_than_can_be_on_its_way(
    world: World, run: Run, arriving: Arriving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks_reconciler, "FEW", 0)
    store(world, 1, 2)
    arriving.append(lambda: pytest.fail("it waits"))
    assert counts(run()) == (2, 0, 2, 0)


def embed(world: World, *numbers: int) -> None:
    """Embed pictures that are stored, as `lookalike index embed` does."""
    table = embeddings_of_table(world.client, NAMES.pictures)
    for number in numbers:
        fingerprint = embedded_picture(number).fingerprint
        stored = UnembeddedPicture(fingerprint.fingerprint_id, None, [], {})
        assert table.write(stored, Embedded(fingerprint.embeddings, {}))


def embedded(index: ToyLooks) -> list[str]:
    """The numbers of the products that searches find."""
    return sorted(key[-1] for key, entry in index.entries.items() if entry.embeddings)


def test_should_index_what_was_embedded_since(world: World, index: ToyLooks, run: Run) -> None:
    world.store([1, 2, 3, 4])
    world.products.put_many([a_product(number) for number in (1, 2, 3, 4)])
    assert counts(run()) == (4, 0, 4, 0)
    embed(world, 1, 2)
    run()
    assert embedded(index) == [], "nothing says that pictures should be read again"
    world.reconciliations.note_embedding_run("first")
    assert counts(run()) == (4, 4, 0, 0), "it is no drift"
    assert embedded(index) == ["1", "2"]
    embed(world, 3)
    world.reconciliations.note_embedding_run("second")
    run()
    assert embedded(index) == ["1", "2", "3"]


def test_should_index_what_was_embedded_as_it_was_registered_again(
    world: World, index: ToyLooks, run: Run
) -> None:
    """Its products stay as they are, so that no record names them."""

    def item() -> dict[str, Any]:
        return next(iter(world.client.scan(TableName=NAMES.pictures)["Items"]))

    world.store([1])
    world.products.put_many([a_product(1)])
    run()
    before = item()
    world.pictures.put_many([embedded_picture(1)])
    change = {"Keys": {"fingerprint_id": before["fingerprint_id"]}}
    record = {
        "eventName": "MODIFY",
        "dynamodb": change | {"OldImage": before, "NewImage": item()},
    }
    note = partial(world.reconciliations.note_embedding_run, "first")
    sync = ProductSync(world.products, world.pictures, index)
    RecordApplier(PictureSync(world.pictures, world.index), sync, note).apply([record])
    run()
    assert embedded(index) == ["1"]


def test_should_write_nothing_that_is_still_not_embedded(
    world: World, index: ToyLooks, other: ToyLooks, run: Run
) -> None:
    store(world, 1, 2)
    run()
    before = dict(index.entries), dict(other.entries)
    assert embedded(other) == []
    refused = ChangeOutcome(ChangeState.REJECTED, "It is not to be written.")
    for each in (index, other):
        each.outcomes = dict.fromkeys(each.entries, refused)
    world.reconciliations.note_embedding_run("first")
    state = run()
    assert state.unrepaired == 0
    assert (index.entries, other.entries) == before


def test_should_remember_for_which_run_it_began(
    world: World, index: ToyLooks, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that embeds while pages are read is for the next one."""
    world.store([1])
    world.products.put_many([a_product(1)])
    run()
    world.reconciliations.note_embedding_run("first")
    reads = PartState.at

    def at(self: PartState, cursor: str | None, **changes: object) -> PartState:
        world.reconciliations.note_embedding_run("second")
        return reads(self, cursor, **changes)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(PartState, "at", at)
        assert run().embedding_run == "first"
    embed(world, 1)
    run()
    assert embedded(index) == ["1"]
    assert not run().are_embedded_since


def test_should_count_products_where_there_is_no_such_index(world: World) -> None:
    store(world, 1, 2)
    assert counts(world.reconciler.run(lambda: 900.0)) == (2, 0, 0, 0)
