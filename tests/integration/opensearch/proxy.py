"""A proxy on loopback that misbehaves: faults are used up one by one, then it is honest."""

from __future__ import annotations

import gzip
import json
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle, repeat
from typing import Any, Self

import requests


@dataclass(frozen=True)
class Asked:
    """A request as it came, its body unpacked."""

    method: str
    path: str
    body: bytes


@dataclass(frozen=True)
class Said:
    """An answer."""

    status: int
    body: bytes


Ask = Callable[[Asked], Said]
"""The server behind the proxy."""
Fault = Callable[[Asked, Ask], Said | None]
"""What is said instead; ``None`` hangs up."""


def honest(asked: Asked, ask: Ask) -> Said:
    """No fault."""
    return ask(asked)


def refuses(status: int, kind: str = "es_rejected_execution_exception") -> Fault:
    """The server is not even asked."""
    error = {"error": {"type": kind, "reason": "made up"}, "status": status}
    return lambda _asked, _ask: Said(status, json.dumps(error).encode())


def hangs_up(_asked: Asked, _ask: Ask) -> None:
    """The server is not asked, the connection breaks."""


def loses_the_answer(asked: Asked, ask: Ask) -> None:
    """The server handles the request, but its answer is lost."""
    ask(asked)


def hangs(seconds: float) -> Fault:
    """The server does what it is asked to, and the answer is late."""

    def fault(asked: Asked, ask: Ask) -> Said:
        said = ask(asked)
        threading.Event().wait(seconds)
        return said

    return fault


def refuses_items(status: int, positions: Collection[int]) -> Fault:
    """These changes of a bulk do not reach the server; the others do."""

    def fault(asked: Asked, ask: Ask) -> Said:
        changes = changes_of(asked)
        kept = [change for at, change in enumerate(changes) if at not in positions]
        body = "".join(json.dumps(line) + "\n" for change in kept for line in change)
        said: dict[str, Any] = {"items": []}
        if kept:
            said = json.loads(ask(Asked(asked.method, asked.path, body.encode())).body)
        answers = iter(said["items"])
        error = {"type": "es_rejected_execution_exception", "reason": "made up"}
        said["items"] = [
            {next(iter(change[0])): {"status": status, "error": error}}
            if at in positions
            else next(answers)
            for at, change in enumerate(changes)
        ]
        return Said(200, json.dumps({**said, "errors": True}).encode())

    return fault


def fails_searches(status: int) -> Fault:
    """The first search of a multi-search fails, though the answer is a success."""

    def fault(asked: Asked, ask: Ask) -> Said:
        said = json.loads(ask(asked).body)
        said["responses"][0] = {"error": {"type": "made_up", "reason": "x"}, "status": status}
        return Said(200, json.dumps(said).encode())

    return fault


def changes_of(asked: Asked) -> list[list[dict[str, Any]]]:
    """The changes of a bulk: the action, and the document if there is one."""
    changes: list[list[dict[str, Any]]] = []
    for line in map(json.loads, asked.body.splitlines()):
        if {"create", "delete"} & line.keys():
            changes.append([line])
        else:
            changes[-1].append(line)
    return changes


class FaultyProxy:
    """Passes requests on, but for its ``faults``. What it was asked is in ``asked``."""

    def __init__(self, upstream: str) -> None:
        self.faults: deque[Fault] = deque()
        self.asked: list[Asked] = []
        self._every_other: dict[str, Iterator[Fault]] = {}
        self._upstream = upstream
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - of the base
                """Stays quiet."""

            def do_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                said = proxy._said(Asked(self.command, self.path, body))
                self.close_connection = said is None
                if said is not None:
                    self.send_response(said.status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(said.body)))
                    self.end_headers()
                    self.wfile.write(said.body)

            do_GET = do_POST = do_PUT = do_DELETE = do_any  # noqa: N815 - names of the base

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def fault_on(self, method: str, fault: Fault) -> None:
        """Every other request of this method meets the fault; the next goes through."""
        self._every_other[method] = cycle([fault, honest])

    def _said(self, asked: Asked) -> Said | None:
        self.asked.append(asked)
        if self.faults:
            return self.faults.popleft()(asked, self._ask)
        return next(self._every_other.get(asked.method, repeat(honest)))(asked, self._ask)

    def _ask(self, asked: Asked) -> Said:
        answer = requests.request(
            asked.method,
            self._upstream + asked.path,
            data=asked.body,
            headers={"Content-Type": "application/json"},
            timeout=60,
        )
        return Said(answer.status_code, answer.content)
