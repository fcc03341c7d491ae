"""No body outlives its request: Python would look for cycles much later."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lookalike.images.preparation import PreparedPicture
from lookalike.local.http_server.asgi import AsgiApplication, RequestLimits
from lookalike.local.http_server.body_reader import BodyLimits
from lookalike.local.overload.caller import current_caller
from lookalike.matching.check import Match
from tests.fakes import a_picture_file
from tests.service import Parts
from tests.unit.local.http_server.asking import application_of, ask

MEGABYTE = 1_000_000
LIMITS = RequestLimits(threads=2, seconds=0.3, body=BodyLimits(3 * MEGABYTE))
PATIENCE = 10.0
"""Seconds that the thread of a request may take to forget it, after the answer."""
LARGE = b" " * 2 * MEGABYTE
PICTURE = a_picture_file(7) + LARGE


@contextmanager
def _only_counted_references() -> Iterator[None]:
    """Free within the block what nothing refers to, and no cycles."""
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        yield
    finally:
        tracemalloc.stop()
        gc.enable()


def _kept(before: int) -> int:
    """Bytes that are held more than before, as soon as all threads have forgotten the request."""
    end = time.monotonic() + PATIENCE
    while (kept := tracemalloc.get_traced_memory()[0] - before) > MEGABYTE:
        if time.monotonic() > end:
            break
        time.sleep(0.01)
    return kept


async def _status(
    application: AsgiApplication,
    target: str,
    kind: str,
    body: bytes,
    inside: threading.Event | None = None,
) -> int:
    """The status of the answer to a body, of which nothing is kept.

    It is sent in pieces. The client leaves when ``inside`` is set, if that is given.
    """
    before = tracemalloc.get_traced_memory()[0]
    method, _, path = target.partition(" ")
    pieces = (body[start : start + 65536] for start in range(0, len(body), 65536))
    gone, headers = asyncio.Event(), [(b"content-type", kind.encode())]
    asked = asyncio.create_task(ask(application, method, path, pieces, headers=headers, gone=gone))
    if inside:
        await asyncio.to_thread(inside.wait, PATIENCE)
        gone.set()
    status = (await asked).status
    assert _kept(before) < MEGABYTE
    return status


@pytest.mark.parametrize(
    ("target", "kind", "body", "status"),
    [
        ("POST /find_similar", "image/jpeg", PICTURE, 200),
        ("POST /find_similar", "image/jpeg", LARGE, 415),
        ("POST /find_similar", "text/plain", LARGE, 415),
        ("POST /find_similar", "application/json", b'{"image_base64": "%b"}' % LARGE, 400),
        ("POST /find_similar", "application/json", b"{%b" % LARGE, 400),
        ("POST /find_similar", "multipart/form-data; boundary=b", LARGE, 400),
        ("POST /find_similar", "image/jpeg", 2 * LARGE, 413),
        ("POST /find_similar?wrong=1", "image/jpeg", LARGE, 400),
        ("PUT /products/a", "application/json", b'{"unknown": "%b"}' % LARGE, 400),
        ("POST /nothing", "image/jpeg", LARGE, 404),
    ],
)
def test_a_body_is_let_go_with_its_request(
    parts: Parts, target: str, kind: str, body: bytes, status: int
) -> None:
    application = application_of(parts, LIMITS)
    with _only_counted_references():
        assert asyncio.run(_status(application, target, kind, body)) == status


def _hang_until_given_up(inside: threading.Event, _picture: PreparedPicture) -> tuple[Match, ...]:
    alarm = threading.Event()
    with current_caller().waking(alarm):
        inside.set()
        assert alarm.wait(PATIENCE)
    current_caller().require()
    return ()


@pytest.mark.parametrize(("is_gone", "status"), [(False, 503), (True, 0)])
def test_a_body_is_let_go_when_its_request_is_given_up(
    parts: Parts, *, is_gone: bool, status: int
) -> None:
    inside = threading.Event()
    parts.matcher.find = lambda picture: _hang_until_given_up(inside, picture)
    application = application_of(parts, LIMITS)
    leaves = inside if is_gone else None
    asked = _status(application, "POST /find_similar", "image/jpeg", PICTURE, leaves)
    with _only_counted_references():
        assert asyncio.run(asked) == status
