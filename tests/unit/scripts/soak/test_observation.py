"""A soak sees what a process holds, counts its answers, and stops when it is told to."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading

import pytest

from scripts.soak.mix import ACTORS, Outcomes
from scripts.soak.observation import Observation, observe
from scripts.soak.report import found_growths, is_good, section
from scripts.soak.samples import Sample, read_sample
from tests.unit.scripts.load.answering import answering

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"id": "x"}'


def test_should_see_what_a_process_holds() -> None:
    before, end, started = read_sample(os.getpid()), threading.Event(), threading.Event()
    children: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        command = [sys.executable, "-c", "input()"]
        children.append(subprocess.Popen(command, stdin=subprocess.PIPE))  # noqa: S603 - our own
        started.set()
        end.wait()

    thread = threading.Thread(target=start)
    thread.start()
    started.wait()
    with socket.socket(), socket.socket():
        after = read_sample(os.getpid())
    end.set()
    thread.join()
    children[0].communicate(b"\n")
    assert after.descriptors >= before.descriptors + 2
    assert (after.threads, after.children) == (before.threads + 1, before.children + 1)
    assert 10 < after.memory < 100_000


def test_should_notice_that_a_process_is_gone() -> None:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    with pytest.raises(OSError, match=str(done.pid)):
        read_sample(done.pid)


def _observe(process: int, seconds: float, requests: int | None = None) -> Observation:
    """What is seen in so many seconds, or until there were so many requests."""

    async def main() -> Observation:
        stop = asyncio.Event()

        def answer(row: int) -> bytes:
            if row == requests:
                stop.set()
            return ANSWER

        async with answering(answer) as server:
            return await observe(server.url, process, seconds, stop, period=0.02)

    return asyncio.run(main())


def test_should_end_after_its_time() -> None:
    seen = _observe(os.getpid(), 0.1)
    assert seen.samples
    assert not seen.has_ended


def test_should_end_when_it_is_stopped() -> None:
    seen = _observe(os.getpid(), 600, requests=40)
    assert not seen.has_ended
    assert {name for name, _ in seen.outcomes.answers} >= {"check by body", "batch", "product"}
    assert seen.outcomes.unexpected["check by body", 200] == 0
    assert seen.outcomes.unexpected["broken", 200] > 0


def test_should_end_with_the_service() -> None:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    seen = _observe(done.pid, 600)
    assert seen.has_ended
    assert not is_good(seen)
    assert "has ended" in section(seen).text


def _seen(latency: float = 0.1, growth: float = 0.0) -> Observation:
    """Ten minutes, in which memory and latency grow by so much of themselves in a minute."""
    outcomes = Outcomes(
        latencies=[(at + 1, latency * (1 + growth * at / 60)) for at in map(float, range(600))]
    )
    outcomes.answers[ACTORS[0].name, 200] = 1234
    samples = [
        Sample(
            at, 100 * (1 + growth * at / 60), 20, 10, 2, processor=at / 10 * (1 + growth * at / 60)
        )
        for at in map(float, range(0, 600, 3))
    ]
    return Observation(samples, [3 * row for row in range(len(samples))], outcomes)


def test_should_report_a_service_that_holds_what_it_held() -> None:
    seen = _seen()
    assert is_good(seen)
    text = section(seen).text
    assert "| resident memory, MiB | 100 | 0 | 0 to 0 | 0.5 | yes |" in text
    assert "| check by body, ms | 100 | 0 | 0 to 0 | 1 | yes |" in text
    assert "| processor time of an answer, ms | 100 | 0 | " in text
    assert f"| {ACTORS[0].name} | 200: 1,234 | 0 |" in text


def test_should_report_what_grows() -> None:
    seen = _seen(growth=0.1)
    bad = {each.name for each in found_growths(seen) if not each.is_good}
    slow = {"processor time of an answer, ms", "check by body, ms"}
    assert bad == {"resident memory, MiB", *slow}
    assert not is_good(seen)
    [target] = section(seen).targets
    assert "resident memory" in target.measured


def test_should_not_judge_latencies_beside_other_programs() -> None:
    seen = _seen(growth=0.1)
    seen.is_alone = False
    bad = {each.name for each in found_growths(seen) if not each.is_good}
    assert bad == {"resident memory, MiB", "processor time of an answer, ms"}
    assert "| none | not alone |" in section(seen).text


def test_should_report_unexpected_answers() -> None:
    seen = _seen()
    seen.outcomes.answers[ACTORS[0].name, 500] = 1
    seen.outcomes.unexpected[ACTORS[0].name, 500] = 1
    assert not is_good(seen)
    assert "500: 1**, unexpected**" in section(seen).text


def test_should_report_a_run_that_was_stopped_at_once() -> None:
    assert "Too short" in section(Observation()).text
