"""As many compute at once as there are permits; nobody waits for long, and those in time go on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from lookalike.http.problems import CallerGoneError, OverloadedError
from lookalike.local.overload.caller import Caller, working_for
from lookalike.local.overload.permits import IMPATIENCE, Permits
from tests.fakes import Clock


class Workers:
    """Threads that compute with a permit, in the order in which they get one."""

    def __init__(self, permits: Permits) -> None:
        self.permits = permits
        self.order: list[str] = []
        self.threads = ThreadPoolExecutor(16)

    def begin(
        self,
        name: str,
        until: threading.Event | None = None,
        *,
        begun: bool = False,
        caller: Caller | None = None,
    ) -> Future[None]:
        """Let one ask, and return as soon as it computes or waits."""
        asks = threading.Event()

        def work() -> None:
            with working_for(caller or Caller()):
                asks.set()
                with self.permits.permit(begun=begun):
                    self.order.append(name)
                    assert until is None or until.wait(60)

        before = self._asking()
        task = self.threads.submit(work)
        assert asks.wait(60)
        _until(lambda: self._asking() > before or task.done())
        return task

    def _asking(self) -> int:
        with self.permits._lock:
            waiting = len(self.permits._new) + len(self.permits._begun)
        return waiting + len(self.order)


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.001)


@pytest.fixture
def clock() -> Clock:
    """At zero."""
    return Clock()


@pytest.fixture
def end() -> Iterator[threading.Event]:
    """Ends the work of the first."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def workers(clock: Clock) -> Workers:
    """With one permit."""
    return Workers(Permits(1, max_wait=60, clock=clock))


def test_should_let_no_more_compute_at_once_than_there_are_permits(
    workers: Workers, end: threading.Event
) -> None:
    first, second = workers.begin("first", end), workers.begin("second")
    assert workers.order == ["first"]
    end.set()
    first.result(60)
    second.result(60)
    assert workers.order == ["first", "second"]


def test_should_serve_in_the_order_of_arrival(workers: Workers, end: threading.Event) -> None:
    tasks = [workers.begin("first", end), workers.begin("second"), workers.begin("third")]
    end.set()
    for task in tasks:
        task.result(60)
    assert workers.order == ["first", "second", "third"]


@pytest.mark.parametrize("clients", [("one", "one"), ("one", "another")])
@pytest.mark.parametrize(
    ("seconds_later", "order"),
    [(IMPATIENCE - 0.1, ["newest", "oldest"]), (IMPATIENCE, ["oldest", "newest"])],
)
def test_should_serve_the_newest_first_while_clients_leave(  # noqa: PLR0913 - parameters
    workers: Workers,
    clock: Clock,
    end: threading.Event,
    *,
    seconds_later: float,
    order: list[str],
    clients: tuple[str, str],
) -> None:
    """The oldest are about to leave, too; under a steady overload nobody else would be answered."""
    caller = Caller()
    first, leaving = workers.begin("first", end), workers.begin("leaving", caller=caller)
    oldest, newest = map(Caller, clients)
    tasks = [first, workers.begin("oldest", caller=oldest)]
    tasks.append(workers.begin("newest", caller=newest))
    caller.give_up(CallerGoneError("The client has gone."))
    with pytest.raises(CallerGoneError):
        leaving.result(60)
    clock.now += seconds_later
    end.set()
    for task in tasks:
        task.result(60)
    assert workers.order == ["first", *order]


def test_should_serve_the_newest_first_after_a_client_has_left_while_it_was_served(
    workers: Workers, end: threading.Event
) -> None:
    """It was served too late: the oldest would leave in the same way, and cost as much."""
    caller = Caller()
    tasks = [workers.begin("first", end, caller=caller)]
    tasks += [workers.begin("oldest"), workers.begin("newest")]
    caller.give_up(CallerGoneError("The client has gone."))
    end.set()
    for task in tasks:
        task.result(60)
    assert workers.order == ["first", "newest", "oldest"]


def test_should_let_clients_take_turns(workers: Workers, end: threading.Event) -> None:
    """One with many requests makes another wait for one of them alone."""
    many, other = Caller("many"), Caller("other")
    tasks = [workers.begin(f"many {number}", end, caller=many) for number in range(4)]
    tasks.append(workers.begin("other", caller=other))
    end.set()
    for task in tasks:
        task.result(60)
    assert workers.order == ["many 0", "many 1", "other", "many 2", "many 3"]


def test_should_refuse_nobody_for_the_requests_of_another_client(
    workers: Workers, clock: Clock, end: threading.Event
) -> None:
    """Each takes 40 seconds: two of one client are too many, one of each is not."""
    for _ in range(200):
        with workers.permits.permit(begun=False):
            clock.now += 40
    many = Caller("many")
    tasks = [workers.begin("many", end if n == 0 else None, caller=many) for n in range(3)]
    assert workers.permits.is_overloaded("many")
    assert not workers.permits.is_overloaded("other")
    assert workers.permits.expected_wait("other", ahead=1) == pytest.approx(80, abs=0.2)
    tasks.append(workers.begin("other", caller=Caller("other")))
    end.set()
    for task in tasks:
        task.result(60)
    assert workers.order == ["many", "many", "other", "many"]


def test_should_go_on_with_begun_work_first(workers: Workers, end: threading.Event) -> None:
    tasks = [workers.begin("first", end), workers.begin("new"), workers.begin("on", begun=True)]
    end.set()
    for task in tasks:
        task.result(60)
    assert workers.order == ["first", "on", "new"]


def test_should_refuse_whoever_has_waited_for_too_long(end: threading.Event) -> None:
    workers = Workers(Permits(1, max_wait=0.05))
    first, second = workers.begin("first", end), workers.begin("second", begun=True)
    with pytest.raises(OverloadedError):
        second.result(60)
    end.set()
    first.result(60)
    workers.begin("third").result(60)
    assert workers.order == ["first", "third"]


def test_should_refuse_at_once_whoever_would_wait_for_too_long(
    workers: Workers, clock: Clock, end: threading.Event
) -> None:
    """Each takes 40 seconds: one may wait, a second one would wait for longer than 60 seconds."""
    for _ in range(200):
        with workers.permits.permit(begun=False):
            clock.now += 40
    first, second = workers.begin("first", end), workers.begin("second")
    assert not workers.permits.is_overloaded("")
    third = workers.begin("third")
    assert workers.permits.is_overloaded("")
    with pytest.raises(OverloadedError):
        workers.begin("fourth").result(60)
    begun = workers.begin("begun", begun=True)
    end.set()
    for task in (first, second, third, begun):
        task.result(60)
    assert not workers.permits.is_overloaded("")


def test_should_compute_nothing_for_callers_who_have_gone_while_they_waited(
    workers: Workers, end: threading.Event
) -> None:
    gone = Caller()
    first, second = workers.begin("first", end), workers.begin("second", caller=gone)
    third = workers.begin("third")
    gone.give_up(CallerGoneError("The client has gone."))
    with pytest.raises(CallerGoneError):
        second.result(60)
    end.set()
    first.result(60)
    third.result(60)
    assert workers.order == ["first", "third"]


def test_should_end_at_the_next_step_when_the_caller_goes(workers: Workers) -> None:
    """An inner block needs no permit of its own, and asks whether somebody still waits."""
    caller = Caller()
    permits = workers.permits
    with working_for(caller), permits.permit(begun=False):
        with permits.permit(begun=True):
            pass
        caller.give_up(CallerGoneError("The client has gone."))
        with pytest.raises(CallerGoneError), permits.permit(begun=True):
            pytest.fail("nobody waits for it")
    assert workers.begin("next").result(60) is None


def test_should_lose_no_permit_among_many_impatient_threads() -> None:
    permits, errors = Permits(2, max_wait=0.002), list[Exception]()

    def work(_number: int) -> None:
        try:
            with permits.permit(begun=False):
                time.sleep(0.001)
        except OverloadedError as error:
            errors.append(error)

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(work, range(400)))
    assert errors
    assert (permits._free, len(permits._new)) == (2, 0)
