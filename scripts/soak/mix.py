"""The mix of requests: what shops ask, what goes wrong, and clients that leave."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle, islice
from urllib.parse import quote

from scripts.benchmarks.pictures import NATIVE, SAMPLE, Photo, mirrored, paths, photos
from scripts.load.addresses import client_addresses
from scripts.load.connection import Answer, Connection, http_request

JSON = "application/json"
PICTURES = 20
BATCH = 4
IMPORTED = 10
"""Rows of each import, which are deleted when it has ended, so that the catalogue does not grow."""
MAX_LOOKS = 60
"""At an import, once a second, until its end is not waited for any more."""
TIMEOUT = 60.0
REFUSALS = frozenset({429, 503})
"""Statuses with which a busy service may answer anything."""


@dataclass
class Outcomes:
    """What became of the requests.

    Attributes:
        answers: by kind of request and status.
        unexpected: those with a status that the kind should not get.
        broken: connections that the service ended, by kind.
        latencies: moment and seconds of each check by a body.
    """

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    unexpected: Counter[tuple[str, int]] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    latencies: list[tuple[float, float]] = field(default_factory=list)


@dataclass(frozen=True)
class Actor:
    """A client that does one thing after the other.

    Attributes:
        name: the kind of its requests.
        act: does the next thing.
        pause: seconds between two of them.
    """

    name: str
    act: Callable[[Client], Awaitable[None]]
    pause: float


class Client:
    """The requests of one actor, which are counted.

    Args:
        url: of the service.
        address: that the client has.
        name: the kind of its requests.
        outcomes: where they are counted.
        copies: pictures to ask about.
    """

    def __init__(
        self, url: str, address: str, name: str, outcomes: Outcomes, copies: Iterable[Photo]
    ) -> None:
        self.url = url
        self._connection = Connection(url, address)
        self._name = name
        self._outcomes = outcomes
        self.copies = cycle(copies)

    async def repeat(self, actor: Actor) -> None:
        """Do it again and again, until this is cancelled."""
        try:
            while True:
                try:
                    await actor.act(self)
                except OSError:  # time-outs, too
                    self._outcomes.broken[self._name] += 1
                await asyncio.sleep(actor.pause)
        finally:
            self._connection.drop()

    async def ask(
        self, method: str, target: str, body: bytes = b"", kind: str = "", *expected: int
    ) -> Answer:
        """Ask, and count the answer; 200 is expected unless other statuses are named."""
        answer = await self._connection.ask(http_request(method, target, body, kind), TIMEOUT)
        outcome = (self._name, answer.status)
        self._outcomes.answers[outcome] += 1
        if answer.status not in {*(expected or (200,)), *REFUSALS}:
            self._outcomes.unexpected[outcome] += 1
        return answer

    async def leave_early(self, request: bytes, seconds: float) -> None:
        """Ask, and leave before the answer comes."""
        with suppress(TimeoutError):
            await self._connection.ask(request, seconds)
        self._connection.drop()

    def note_latency(self, seconds: float) -> None:
        """Remember how long a check has taken."""
        self._outcomes.latencies.append((time.monotonic(), seconds))


async def _check_address(client: Client) -> None:
    address = f"{client.url}/pictures/photos/{quote(next(client.copies).name)}"
    await client.ask("GET", f"/find_similar?image_url={quote(address, safe='')}")


async def _check_body(client: Client) -> None:
    began = time.monotonic()
    answer = await client.ask("POST", "/find_similar", next(client.copies).content, "image/jpeg")
    if answer.status not in REFUSALS:
        client.note_latency(time.monotonic() - began)


async def _check_batch(client: Client) -> None:
    queries = [{"id": copy.name, **_in_base64(copy)} for copy in islice(client.copies, BATCH)]
    body = json.dumps({"queries": queries}).encode()
    await client.ask("POST", "/find_similar/batch", body, JSON)


async def _replace_product(client: Client) -> None:
    copy = next(client.copies)
    target = f"/products/soak-{quote(copy.name)}"
    body = json.dumps({"sku": "soak", **_in_base64(copy)}).encode()
    await client.ask("PUT", target, body, JSON, 200, 201)
    await client.ask("DELETE", target, b"", "", 204, 404)


async def _import(client: Client) -> None:
    header, *rows = (SAMPLE / "catalogue.csv").read_text("utf-8").splitlines()[: IMPORTED + 1]
    catalogue = "\n".join([header, *(f"soak-{row}" for row in rows)]).encode()
    answer = await client.ask("POST", "/imports", catalogue, "text/csv", 202)
    if answer.status not in REFUSALS:
        await _wait_for_import(client, f"/imports/{json.loads(answer.body)['id']}")
    for row in rows:
        entity_id = row.partition(",")[0]
        await client.ask("DELETE", f"/products/soak-{entity_id}", b"", "", 204, 404)


async def _wait_for_import(client: Client, target: str) -> None:
    for _ in range(MAX_LOOKS):
        answer = await client.ask("GET", target)
        if answer.status not in REFUSALS and json.loads(answer.body).get("state") != "running":
            return
        await asyncio.sleep(1)


async def _send_broken(client: Client) -> None:
    content = next(client.copies).content
    await client.ask("POST", "/find_similar", content[: len(content) // 3], "image/jpeg", 422)
    await client.ask("POST", "/find_similar", b"no picture", "image/jpeg", 415, 422)
    await client.ask("POST", "/find_similar/batch", b"{", JSON, 400)


async def _leave(client: Client) -> None:
    body = next(client.copies).content
    await client.leave_early(http_request("POST", "/find_similar", body, "image/jpeg"), 0.03)


async def _look(client: Client) -> None:
    await client.ask("GET", "/status")
    await client.ask("GET", f"/pictures/photos/{quote(paths()[0].name)}")


def _in_base64(photo: Photo) -> dict[str, str]:
    return {"image_base64": base64.b64encode(photo.content).decode()}


ACTORS = (
    Actor("check by address", _check_address, 0.3),
    Actor("check by body", _check_body, 0.2),
    Actor("batch", _check_batch, 2.0),
    Actor("product", _replace_product, 1.0),
    Actor("import", _import, 10.0),
    Actor("broken", _send_broken, 1.0),
    Actor("leaves", _leave, 0.5),
    Actor("status", _look, 1.0),
)


def start(url: str, outcomes: Outcomes) -> list[asyncio.Task[None]]:
    """Let all act, each from an address of its own, until their tasks are cancelled."""
    copies = [mirrored(photo) for photo in photos(PICTURES, NATIVE)]
    addresses = client_addresses(len(ACTORS))
    return [
        asyncio.create_task(Client(url, address, actor.name, outcomes, copies).repeat(actor))
        for actor, address in zip(ACTORS, addresses, strict=True)
    ]
