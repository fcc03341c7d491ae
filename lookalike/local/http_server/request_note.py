"""What the log and the metrics say about a request."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lookalike.local.http_server.gateway_events import encoded_path

access_log = logging.getLogger("lookalike.access")


@dataclass(slots=True)
class RequestNote:
    """One request.

    Attributes:
        client: its address.
        method: of HTTP.
        path: percent-encoded; no query, because picture addresses may carry signatures.
        route: method and path as they are declared; ``None`` where no route answers.
        key_id: of the API key that it has; empty where it has none, or needs none.
        status: of the answer; 0 where the client has gone before.
        size: of the answer, bytes.
        seconds: that the answer took.
    """

    client: str
    method: str
    path: str
    route: str | None
    key_id: str = ""
    status: int = 0
    size: int = 0
    seconds: float = 0.0
    request_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    _started: float = field(default_factory=time.perf_counter)

    @classmethod
    def of(cls, scope: Mapping[str, Any], client: str, route: str | None) -> RequestNote:
        """The note about a request that begins."""
        return cls(client, scope["method"], encoded_path(scope), route)

    def end(self, status: int = 0, size: int = 0) -> None:
        """Note the answer, or that the client has gone, and log it in one line."""
        self.status, self.size = status, size
        self.seconds = time.perf_counter() - self._started
        outcome = f"{status} {size} B {1000 * self.seconds:.1f} ms" if status else "gone"
        line = f"{self.client} {self.method} {self.path} {outcome} {self.request_id}"
        access_log.info("%s", line, extra=self._fields())

    def _fields(self) -> dict[str, str | int | float | None]:
        """What structured logs have beside the line."""
        return {
            "client": self.client,
            "method": self.method,
            "path": self.path,
            "route": self.route,
            "status": self.status or None,
            "bytes": self.size,
            "ms": round(1000 * self.seconds, 1),
            "request_id": self.request_id,
            "key_id": self.key_id or None,
        }
