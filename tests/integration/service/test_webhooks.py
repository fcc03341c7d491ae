"""A running service sends its events, also those of before it was killed."""

from __future__ import annotations

import base64
import signal
from pathlib import Path

from tests.integration.processes import SAMPLE, Service, lookalike, serving
from tests.servers import raw
from tests.unit.local.webhooks.receiver import receiving, wait_until

PHOTO = next((SAMPLE / "photos").glob("*.jpg"))


def _put(service: Service, entity_id: str, query: str = "") -> int:
    body = {"image_base64": base64.b64encode(PHOTO.read_bytes()).decode()}
    return service.request("PUT", f"/products/{entity_id}{query}", json=body).status_code


def test_should_deliver_what_happened_before_it_was_killed(tmp_path: Path) -> None:
    allowed = "--allow-private-webhooks"
    with receiving([raw(b"")] * 1000) as receiver:
        secret = lookalike("webhooks", "add", receiver.url, "--data", tmp_path).output.strip()
        with serving(tmp_path, allowed) as service:
            assert _put(service, "a") == 201
            refused = _put(service, "b", "?check=true&on_duplicate=refuse")
            assert refused == 409
            wait_until(lambda: bool(receiver.server.requests))
            service.end(signal.SIGKILL)
        receiver.behaviours.clear()
        with serving(tmp_path, allowed):
            wait_until(lambda: len(receiver.taken) == 2, 60)
    receiver.verify(secret)
    assert sorted(body["type"] for body, _ in receiver.taken) == [
        "duplicate.found",
        "picture.registered",
    ]
