"""Several workers reconcile as one does, wherever any of them is killed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from typing import NoReturn

import pytest

from lookalike.errors import StorageUnavailableError
from lookalike.storage.dynamodb import pictures
from lookalike.storage.two_indices import TwoIndices
from lookalike.sync import checksum_steps, reconciler, repair_steps
from lookalike.sync.reconciler import LEASE_SECONDS, MAX_ROUNDS
from lookalike.sync.reconciliation_state import Counts, PartState, ReconciliationState, Step
from tests.builders import a_fingerprint_id, a_product, a_vector_entry
from tests.toy_index import ToyIndex
from tests.unit.sync.reconciliation.conftest import AN_HOUR_AGO, NOW, World

PARTS = 4
Meanwhile = Callable[[Step, int], object]
"""What happens before a part of a step is worked on."""


def _always() -> float:
    return 900.0


def _pages(number: int) -> Callable[[], float]:
    """Time for so many pages."""
    left = iter([900.0] * number)
    return lambda: next(left, 0.0)


def _nothing(_step: Step, _number: int) -> None:
    """Happens."""


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two items a page, of the tables and of the index."""
    monkeypatch.setattr(repair_steps, "INDEX_PAGE_SIZE", 2)
    monkeypatch.setattr(checksum_steps, "COMPARED_IDS", 2)
    monkeypatch.setattr(checksum_steps, "SUMMED_PAGES", 1)
    monkeypatch.setattr(pictures, "_PAGE_SIZE", 2)


def _filled(world: World) -> None:
    """Pictures and entries of which some are on one side only, some not shown by any product."""
    world.store(range(40), last_seen=1)
    world.index_entries(range(25, 60))
    shown = [a_product(n, fingerprint_id=a_fingerprint_id(n)) for n in range(30)]
    world.products.put_many(shown)


def _execution(
    world: World,
    parts: int = PARTS,
    pages: int = 1_000,
    meanwhile: Meanwhile = _nothing,
) -> ReconciliationState:
    """What the state machine does: each call is a worker of its own, the last part first."""
    for _ in range(1_000):
        plan = world.a_reconciler(parts).plan("execution")
        if not plan.parts:
            return plan.state
        for number in reversed(plan.parts):
            meanwhile(plan.state.step, number)
            world.a_reconciler(parts).work(number, _pages(pages))
    raise AssertionError("It does not end.")


def _counts(state: ReconciliationState) -> dict[str, int]:
    return {name: getattr(state, name) for name in Counts.model_fields}


def _stored(world: World, numbers: Iterable[int]) -> set[str]:
    return set(world.pictures.get_many(map(a_fingerprint_id, numbers)))


@pytest.fixture
def sequential(world: World) -> dict[str, int]:
    """What one worker counts of the same, before it is there once more."""
    _filled(world)
    counted = _counts(world.reconciler.run(_always))
    assert (counted["pictures"], counted["behind"], counted["ahead"]) == (40, 25, 20)
    assert (counted["products"], counted["swept"]) == (30, 10)
    world.index.entries.clear()
    world.index.listed.clear()
    _filled(world)
    return counted


@pytest.mark.parametrize("pages", [1_000, 1])
def test_should_count_and_repair_as_one_worker_does(
    world: World, sequential: dict[str, int], pages: int
) -> None:
    """Whether a call has time for all of its part, or for one page."""
    found = _execution(world, pages=pages)
    assert _counts(found) == sequential
    assert world.reconciliations.last() == found
    world.index.remove(set(world.index.entries) - _stored(world, range(60)))  # as the stream does
    assert world.index.entries.keys() == _stored(world, range(60))
    again = _execution(world)
    assert (again.behind, again.ahead, again.unrepaired) == (0, 0, 0)


@pytest.mark.parametrize("parts", [2, 7, 40])
def test_should_divide_everything_in_whatever_number_of_parts(
    world: World, sequential: dict[str, int], parts: int
) -> None:
    assert _counts(_execution(world, parts)) == sequential


@pytest.mark.parametrize("step", [Step.CHECKSUMS, Step.COMPARISON, Step.SEARCHABLE, Step.STORED])
def test_should_go_on_where_a_worker_was_killed(
    world: World, sequential: dict[str, int], step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One page is done, the next one is done but not noted: it is done once more."""
    save, killed = world.reconciliations.save_part, list[PartState]()

    def save_or_die(part: PartState) -> None:
        if part.step is step and part.number == 2 and part.cursor and not killed:
            killed.append(part)
            raise StorageUnavailableError("Killed.")
        save(part)

    monkeypatch.setattr(world.reconciliations, "save_part", save_or_die)
    with pytest.raises(StorageUnavailableError):
        _execution(world)
    found = _execution(world)
    repeated = {"swept", "behind", "ahead"} if step in {Step.STORED, Step.SEARCHABLE} else set()
    expected = {name: value for name, value in sequential.items() if name not in repeated}
    assert expected.items() <= _counts(found).items()
    assert all(_counts(found)[name] <= sequential[name] for name in repeated)
    world.index.remove(set(world.index.entries) - _stored(world, range(60)))
    again = _execution(world)
    assert (again.behind, again.ahead, again.swept) == (0, 0, 0)


def test_should_not_begin_a_step_before_all_parts_of_the_last_have_ended(world: World) -> None:
    _filled(world)
    first = world.a_reconciler(PARTS).plan("execution")
    for number in (0, 1, 3):
        world.a_reconciler(PARTS).work(number, _always)
    second = world.a_reconciler(PARTS).plan("execution")
    assert (first.parts, second.parts) == ([0, 1, 2, 3], [2])
    assert second.state.step is Step.CHECKSUMS
    world.a_reconciler(PARTS).work(2, _always)
    third = world.a_reconciler(PARTS).plan("execution")
    assert (third.state.step, third.state.pictures) == (Step.COMPARISON, 40)


def test_should_remove_nothing_that_is_registered_while_it_runs(world: World) -> None:
    """Nor leave anything out of the index that only it could have added."""
    _filled(world)
    number = count(100)

    def register(_step: Step, _number: int) -> None:
        new = next(number)
        world.store([new], last_seen=int(NOW))
        if new % 2:
            world.index_entries([new])  # as the stream does; it has lost the others

    def remove_one(step: Step, part: int) -> None:
        register(step, part)
        if step is Step.COMPARISON and part == 0:
            world.index.remove([a_fingerprint_id(26)])

    found = _execution(world, meanwhile=remove_one)
    registered = set(map(a_fingerprint_id, range(100, next(number))))
    assert registered <= _stored(world, range(200))
    assert {key for key in registered if key in world.index.entries} >= set(
        map(a_fingerprint_id, range(101, 110, 2))
    )
    assert found.ahead == 20, "what was registered meanwhile is not ahead"
    again = _execution(world)
    assert registered <= world.index.entries.keys()
    assert again.behind <= 1


def test_should_repair_all_where_checksums_are_lost(
    world: World, sequential: dict[str, int]
) -> None:
    """Somebody empties the bucket: then nothing is known to be equal."""

    def lose(step: Step, _number: int) -> None:
        if step is Step.COMPARISON:
            world.files.contents.clear()

    assert _counts(_execution(world, meanwhile=lose)) == sequential


def test_should_begin_a_part_again_whose_checksums_are_lost(
    world: World, sequential: dict[str, int]
) -> None:
    world.a_reconciler(PARTS).plan("execution")
    begun = [world.a_reconciler(PARTS).work(number, _pages(1)) for number in range(2)]
    assert all(part and part.pictures and not part.is_done for part in begun)
    world.files.contents.clear()
    assert _counts(_execution(world)) == sequential


def test_should_keep_its_checksums_from_a_late_call_of_an_earlier_run(world: World) -> None:
    _execution(world)
    earlier = list(world.files.contents)
    assert earlier

    def write_late(step: Step, _number: int) -> None:
        if step is Step.COMPARISON:
            world.files.contents.update(dict.fromkeys(earlier, b"of other ranges"))

    world.now += 2 * LEASE_SECONDS
    assert _execution(world, meanwhile=write_late).finished_at


def test_should_look_up_no_more_than_the_ranges_that_differ(world: World) -> None:
    numbers = range(300)
    world.store(numbers, last_seen=AN_HOUR_AGO)
    world.index_entries(numbers[1:])
    found = _execution(world)
    assert (found.behind, found.ahead) == (1, 0)
    assert world.index.asked < 10


def test_should_list_an_index_that_has_far_too_much_no_further(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checksum_steps, "MAX_MORE_IDS", 5)
    monkeypatch.setattr(checksum_steps, "LISTED_IDS", 10)
    world.store(range(2))
    world.index_entries(range(90))
    assert _execution(world, 1).ahead == 88
    assert world.index.listed.count(10) <= 3


def test_should_notice_what_either_of_two_indices_lacks(world: World) -> None:
    world.store(range(9))
    first, second = ToyIndex(), ToyIndex()
    first.add([a_vector_entry(number) for number in range(9)])
    second.add([a_vector_entry(number) for number in range(1, 10)])
    found = world.a_reconciler(3, index=TwoIndices(first, second)).run(_always)
    assert (found.behind, found.ahead) == (1, 1)
    assert first.ids() == second.ids() == sorted(map(a_fingerprint_id, range(9)))


def test_should_sweep_a_share_of_many_pictures_and_all_in_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.store(range(30), last_seen=1)
    monkeypatch.setattr(reconciler, "SWEPT_AT_ONCE", 0)
    last = ReconciliationState(version="any", started_at=1.0, finished_at=2.0, pictures=30)
    world.reconciliations.save(last.at(Step.FINISHED))
    swept = [world.reconciler.run(_always).swept for _ in range(16)]
    assert sum(swept) == 30
    assert max(swept) < 15
    assert _stored(world, range(30)) == set()


def test_should_leave_the_work_to_whom_it_has_begun(world: World) -> None:
    _filled(world)
    mine = world.a_reconciler(PARTS).plan("mine")
    assert not world.a_reconciler(PARTS).plan("yours").parts
    world.now += LEASE_SECONDS + 1
    yours = world.a_reconciler(PARTS).plan("yours")
    assert yours.state.run_id == mine.state.run_id, "it goes on with the same"
    assert yours.parts
    assert not world.a_reconciler(PARTS).plan("mine").parts


def test_should_let_an_execution_end_before_it_is_too_long(world: World) -> None:
    _filled(world)
    plans = [world.a_reconciler(PARTS).plan("execution") for _ in range(MAX_ROUNDS + 1)]
    assert [bool(plan.parts) for plan in plans] == [True] * MAX_ROUNDS + [False]
    world.now += LEASE_SECONDS + 1
    assert world.a_reconciler(PARTS).plan("the next one").parts


def test_should_begin_again_in_other_parts(world: World, sequential: dict[str, int]) -> None:
    """A deployment in the middle of it has changed their number."""
    world.a_reconciler(PARTS).plan("execution")
    world.a_reconciler(PARTS).work(0, _always)
    assert _counts(_execution(world, 3)) == sequential


def test_should_let_a_deployment_begin_in_other_parts_once_nobody_works(world: World) -> None:
    """Else what works on the old parts would write in the place of the new ones."""
    _filled(world)
    old = world.a_reconciler(PARTS).plan("old")
    waiting = world.a_reconciler(2).plan("new")
    assert (waiting.state.run_id, waiting.parts) == (old.state.run_id, [])
    world.now += LEASE_SECONDS + 1
    assert world.a_reconciler(2).plan("new").parts == [0, 1]


@pytest.mark.parametrize("step", [Step.CHECKSUMS, Step.COMPARISON])
def test_should_leave_out_a_part_that_there_is_no_more(
    world: World, sequential: dict[str, int], step: Step
) -> None:
    """A call of the old parts is repeated, or late."""

    def repeat(now: Step, _number: int) -> None:
        if now is step:
            assert world.a_reconciler(PARTS).work(PARTS - 1, _always) is None

    assert _counts(_execution(world, 2, meanwhile=repeat)) == sequential


def test_should_do_nothing_where_nothing_was_begun(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_asked: object) -> NoReturn:
        raise AssertionError

    monkeypatch.setattr(world.pictures, "pages", fail)
    assert world.a_reconciler(PARTS).work(0, _always) is None
