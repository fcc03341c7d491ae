"""Requests get a thread in time, and are worked on as long as somebody waits."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Mapping

import pytest

from lookalike.catalogue.sync_options import SyncOptions
from lookalike.duplicates.on_duplicate import OnDuplicate
from lookalike.images.preparation import PreparedPicture
from lookalike.local.http_server.asgi import RequestLimits
from lookalike.local.overload.caller import current_caller
from lookalike.matching.check import Match
from lookalike.storage.import_runs import ImportRun
from tests.fakes import a_picture_file
from tests.service import KNOWN, Answer, Parts
from tests.unit.local.http_server.asking import application_of, ask


def test_whoever_waits_too_long_for_a_thread_is_told_to_come_back(parts: Parts) -> None:
    inside, leave = threading.Event(), threading.Event()

    def find(_picture: PreparedPicture) -> tuple[Match, ...]:
        inside.set()
        assert leave.wait(60)
        return ()

    parts.matcher.find = find
    application = application_of(parts, RequestLimits(threads=1, max_wait=0.05))

    async def three() -> list[Answer]:
        target = f"/find_similar?image_url={KNOWN}"
        running = asyncio.create_task(ask(application, "GET", target))
        await asyncio.to_thread(inside.wait, 60)
        refused = await ask(application, "GET", "/status")
        health = await ask(application, "GET", "/health")
        leave.set()
        return [await running, refused, health]

    running, refused, health = asyncio.run(three())
    assert (running.status, refused.status, health.status) == (200, 503, 200)
    assert (refused.json["code"], refused.headers["retry-after"]) == ("overloaded", "3")


@pytest.mark.parametrize(("path", "status"), [("/find_similar", 503), ("/status", 200)])
def test_an_overloaded_service_refuses_pictures_before_it_reads_them(
    parts: Parts, path: str, status: int
) -> None:
    application = application_of(parts, is_overloaded=True)
    answer = asyncio.run(ask(application, "GET", f"{path}"))
    assert answer.status == status
    assert parts.matcher.options == []


def test_the_work_for_a_client_that_has_gone_ends_at_its_next_step(parts: Parts) -> None:
    """It goes while the first of two pictures is fetched; nothing is compared any more."""
    inside, alarm = threading.Event(), threading.Event()
    steps: list[str] = []

    def fetch(address: str) -> bytes:
        steps.append(address)
        with current_caller().waking(alarm):
            inside.set()
            assert alarm.wait(60)
        current_caller().require()
        return a_picture_file(1)

    parts.fetcher.fetch = fetch  # type: ignore[method-assign]
    application = application_of(parts)

    async def gone_early() -> Answer:
        gone = asyncio.Event()
        body = json.dumps({"a": {"image_url": KNOWN}, "b": {"image_url": KNOWN}}).encode()
        asked = asyncio.create_task(ask(application, "POST", "/compare", [body], gone=gone))
        await asyncio.to_thread(inside.wait, 60)
        gone.set()
        return await asked

    assert asyncio.run(gone_early()).status == 0
    assert (steps, parts.matcher.efforts) == ([KNOWN], [])


def test_a_request_that_takes_too_long_is_given_up(parts: Parts) -> None:
    def find(_picture: PreparedPicture) -> tuple[Match, ...]:
        alarm = threading.Event()
        with current_caller().waking(alarm):
            assert alarm.wait(60)
        current_caller().require()
        return ()

    parts.matcher.find = find
    application = application_of(parts, RequestLimits(seconds=0.05))
    answer = asyncio.run(ask(application, "GET", f"/find_similar?image_url={KNOWN}"))
    assert (answer.status, answer.json["code"]) == (503, "deadline_exceeded")
    assert answer.headers["retry-after"] == "5"


def test_what_was_done_beyond_the_time_is_answered_so(parts: Parts) -> None:
    """An import that was refused as too late and is loaded all the same would come twice."""
    start = parts.runner.start

    def slow(
        catalogue: bytes,
        sync: SyncOptions | None = None,
        on_duplicate: OnDuplicate | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> ImportRun:
        run, alarm = start(catalogue, sync, on_duplicate, columns), threading.Event()
        with current_caller().waking(alarm):
            assert alarm.wait(60)
        return run

    parts.runner.start = slow  # type: ignore[method-assign]
    application = application_of(parts, RequestLimits(seconds=0.05))
    answer = asyncio.run(ask(application, "POST", "/imports", [b"entity_id\n1\n"]))
    assert answer.status == 202
    assert [run.import_id for run in parts.storage.imports.running()] == [answer.json["id"]]


def test_whoever_is_cancelled_is_told_that_the_service_stops(parts: Parts) -> None:
    inside, leave = threading.Event(), threading.Event()

    def find(_picture: PreparedPicture) -> tuple[Match, ...]:
        inside.set()
        assert leave.wait(60)
        return ()

    parts.matcher.find = find
    application = application_of(parts)

    async def cancelled() -> Answer:
        asked = ask(application, "GET", f"/find_similar?image_url={KNOWN}")
        task = asyncio.create_task(asked)
        await asyncio.to_thread(inside.wait, 60)
        task.cancel()
        answer = await task
        leave.set()
        return answer

    answer = asyncio.run(cancelled())
    assert (answer.status, answer.json["code"]) == (503, "stopping")
