"""Logs in JSON have what a line says in keys."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from lookalike.cli.json_logs import log_as_json
from lookalike.local.http_server.request_note import RequestNote


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the only handler of the process writes."""
    root, stream = logging.getLogger(), io.StringIO()
    handler, before = logging.StreamHandler(stream), list(root.handlers)
    level = logging.getLogger("lookalike").level
    root.handlers[:] = [handler]
    logging.getLogger("lookalike").setLevel(logging.INFO)
    log_as_json()
    yield stream
    root.handlers[:] = before
    logging.getLogger("lookalike").setLevel(level)


def test_should_write_one_object_a_request(written: io.StringIO) -> None:
    note = RequestNote("10.0.0.7", "GET", "/products/1", "GET /products/<entity_id>", "ab12")
    note.end(200, 17)
    [line] = written.getvalue().splitlines()
    logged = json.loads(line)
    told = {
        "level": "INFO",
        "name": "lookalike.access",
        "client": "10.0.0.7",
        "method": "GET",
        "path": "/products/1",
        "route": "GET /products/<entity_id>",
        "status": 200,
        "bytes": 17,
        "request_id": note.request_id,
        "key_id": "ab12",
    }
    assert told.items() <= logged.items()
    assert logged["timestamp"].endswith("+00:00")
    assert logged["ms"] >= 0
    assert "location" not in logged


def test_should_write_an_exception_into_its_line(written: io.StringIO) -> None:
    try:
        int("unexpected")
    except ValueError:
        logging.getLogger("lookalike.http").exception("request %s failed", "1")
    logged = json.loads(written.getvalue())
    assert logged["message"] == "request 1 failed"
    assert "unexpected" in logged["exception"]
