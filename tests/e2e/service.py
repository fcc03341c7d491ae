"""The deployed service as its callers meet it, and what they send to it."""

from __future__ import annotations

import base64
import csv
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from tests.integration.processes import SAMPLE, SAMPLE_CATALOGUE
from tests.servers import PictureServer, answer

THREADS = 3
"""How many callers there are at once. Each is answered by a process with a model of its own."""
PATIENCE = 300
"""Seconds after which a caller gives up; nothing should come near."""
_BUSY = (429, 502, 503, 504)


class Asking(Protocol):
    """Sends a request to a service: path and query, and what ``requests`` takes."""

    def __call__(self, method: str, target: str, **what: Any) -> requests.Response:  # noqa: ANN401 - as requests has it
        """The answer, of whatever status."""


@dataclass(frozen=True, slots=True)
class Api:
    """A deployed API; asks again, as callers should, where it is busy.

    Attributes:
        url: where it is.
        key: of the caller; ``None``: the caller has none.
    """

    url: str
    key: str | None

    def request(self, method: str, target: str, **what: Any) -> requests.Response:  # noqa: ANN401 - as requests has it
        """The answer to one request."""
        with requests.Session() as session:
            session.trust_env = False
            retry = Retry(10, backoff_factor=0.5, status_forcelist=_BUSY, allowed_methods=None,
                          raise_on_status=False)  # fmt: skip
            for scheme in ("http://", "https://"):
                session.mount(scheme, HTTPAdapter(max_retries=retry))
            if self.key is not None:
                session.headers["x-api-key"] = self.key
            return session.request(method, self.url + target, timeout=PATIENCE, **what)


@dataclass(frozen=True, slots=True)
class Entry:
    """A product of the sample.

    Attributes:
        entity_id: names it.
        sku: of the catalogue.
        category: its attribute.
        picture: path of its photograph, below the sample.
    """

    entity_id: str
    sku: str
    category: str
    picture: str

    @property
    def photograph(self) -> bytes:
        """The file of its photograph."""
        return (SAMPLE / self.picture).read_bytes()


def sample() -> list[Entry]:
    """The 200 products."""
    with SAMPLE_CATALOGUE.open(encoding="utf-8", newline="") as file:
        return [
            Entry(row["entity_id"], row["sku"], row["category"], row["image_url"])
            for row in csv.DictReader(file)
        ]


def serve(server: PictureServer) -> None:
    """Have the sample at ``/photos/…`` and ``/edited/…`` of that server."""
    for path in SAMPLE.glob("*/*.jpg"):
        server.route(f"/{path.relative_to(SAMPLE).as_posix()}", answer(path.read_bytes()))


def in_text(picture: bytes) -> dict[str, str]:
    """A picture in a JSON body."""
    return {"image_base64": base64.b64encode(picture).decode()}


def register(
    asking: Asking, entries: list[Entry], address: Callable[[str], str]
) -> Mapping[str, str]:
    """Register products from several threads, every other one by its picture's address.

    Returns:
        The fingerprint ids by entity id.
    """

    def one(entry: Entry, *, by_address: bool) -> tuple[str, str]:
        source = {"image_url": address(entry.picture)} if by_address else in_text(entry.photograph)
        body = {"sku": entry.sku, "attributes": {"category": entry.category}, **source}
        done = asking("PUT", f"/products/{entry.entity_id}", json=body)
        assert done.status_code == 201, done.text
        return entry.entity_id, done.json()["fingerprint"]["id"]

    with ThreadPoolExecutor(THREADS) as pool:
        calls = [
            pool.submit(one, entry, by_address=number % 2 == 0)
            for number, entry in enumerate(entries)
        ]
        return dict(call.result() for call in calls)


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    """Until it is so, which takes moments.

    Raises:
        AssertionError: it does not become so.
    """
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def matches(done: requests.Response) -> Iterator[tuple[str, float, str]]:
    """Entity id, percentage and verdict of each match of a check."""
    assert done.status_code == 200, done.text
    for match in done.json()["matches"]:
        yield match["entity_id"], match["match_percentage"], match["verdict"]
