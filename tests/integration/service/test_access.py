"""A running service with API keys: who is answered, what is logged, what is counted."""

from __future__ import annotations

import json
import time
from pathlib import Path

from tests.integration.processes import (
    PATIENCE,
    SAMPLE_CATALOGUE,
    Done,
    Service,
    lookalike,
    serving,
)


def _made(data: Path, role: str) -> str:
    done = lookalike("key", "add", f"for {role}", "--role", role, "--data", data)
    assert done.code == 0, done.errors
    return done.output.strip()


def _status(service: Service, target: str, key: str = "") -> int:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return service.request("GET", target, headers=headers).status_code


def test_should_need_keys_from_the_first_one_on(tmp_path: Path) -> None:
    with serving(tmp_path, "--log-format", "json", "--metrics-role", "read") as service:
        assert _status(service, "/status") == 200
        read, admin = _made(tmp_path, "read"), _made(tmp_path, "admin")
        for target in ("/", "/docs", "/openapi.json", "/health"):
            assert _status(service, target) == 200
        wait_for_keys(service)
        assert _status(service, "/status", read) == 200
        assert _status(service, "/metrics") == 401
        asked = ("status", "--url", service.url)
        assert "needs an API key" in lookalike(*asked).errors
        assert lookalike(*asked, "--api-key", read).code == 0
        deleted = service.request("DELETE", "/products/1", headers={"x-api-key": read})
        assert (deleted.status_code, deleted.json()["code"]) == (403, "role_missing")
        loaded = ("import", SAMPLE_CATALOGUE, "--url", service.url, "--json", "--api-key", read)
        assert_is_told_once(lookalike(*loaded))
        missing = service.request("DELETE", "/products/1", headers={"x-api-key": admin})
        assert missing.status_code == 404
        text = service.request("GET", "/metrics", headers={"x-api-key": read})
        assert text.headers["Content-Type"].startswith("text/plain")
        assert 'lookalike_requests_total{method="DELETE",route="/products/<entity_id>"' in text.text
        assert "lookalike_products 0.0" in text.text
    lines = [json.loads(line) for line in service.log if line.startswith("{")]
    logged = {line["request_id"]: line for line in lines if line["name"] == "lookalike.access"}
    refused = logged[deleted.json()["request_id"]]
    assert (refused["status"], refused["route"]) == (403, "DELETE /products/<entity_id>")
    assert read not in "".join(service.log)


def assert_is_told_once(done: Done) -> None:
    """An import whose key may not write ends at its first row, in one sentence."""
    assert (done.code, done.output) == (1, "")
    assert done.errors.count("needs a key with the role write; this key has the role read") == 1


def wait_for_keys(service: Service) -> None:
    """The service notices within a second that keys are needed."""
    give_up = time.monotonic() + PATIENCE
    while _status(service, "/status") != 401:
        assert time.monotonic() < give_up, "no key is needed"
        time.sleep(0.05)
