"""A deployment maps roles and makes the first index, as soon as the search service lets it."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from pydantic import ValidationError

from lambdas.prepare_search.handler import handler
from lookalike.aws import prepare_search
from lookalike.errors import SettingInvalidError, StorageInvalidError
from lookalike.storage.opensearch.client import connect
from lookalike.storage.opensearch.service import OpenSearchService
from lookalike.storage.retries import RetryPolicy

CONTEXT: Any = SimpleNamespace()
ROLES = {
    "lookalike_find_similar": {
        "iam_role": "arn:aws:iam::111111111111:role/find",
        "definition": {"cluster_permissions": ["indices:data/read/msearch"]},
    }
}


@dataclass
class Recorder:
    """A search service: what it was sent, and the status that it answers with."""

    url: str
    status: int = 200
    indices: list[dict[str, str]] = field(default_factory=list)
    sent: dict[str, Any] = field(default_factory=dict)

    def answer(self, method: str, path: str, body: bytes) -> object:
        self.sent[f"{method} {path}"] = json.loads(body) if body else None
        if path.startswith("/_cat/indices"):
            return self.indices
        if path.endswith("/_alias"):
            return {index["index"]: {"aliases": {"a": {}}} for index in self.indices}
        return {"acknowledged": True}


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """On loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            body = gzip.decompress(body) if self.headers.get("Content-Encoding") else body
            answer = json.dumps(recorded.answer(self.command, self.path, body)).encode()
            self.send_response_only(recorded.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def do_PUT(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - of the base
            """Stays quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    recorded = Recorder(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield recorded
    server.shutdown()
    thread.join()
    server.server_close()


def _event(recorder: Recorder, kind: str = "Create", **properties: str) -> dict[str, Any]:
    return {
        "RequestType": kind,
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "Prepared",
        "ResourceProperties": {
            "Endpoint": recorder.url,
            "Service": "none",
            "Version": "9-abc",
            "Replicas": "2",
            "Roles": json.dumps(ROLES),
            **properties,
        },
    }


def test_should_map_every_role_to_what_it_may_do(recorder: Recorder) -> None:
    handler(_event(recorder), CONTEXT)
    security = "PUT /_plugins/_security/api"
    definition = ROLES["lookalike_find_similar"]["definition"]
    mapping = {"backend_roles": ["arn:aws:iam::111111111111:role/find"]}
    assert recorder.sent[f"{security}/roles/lookalike_find_similar"] == definition
    assert recorder.sent[f"{security}/rolesmapping/lookalike_find_similar"] == mapping


def test_should_make_the_first_index_of_a_version_with_its_replicas(recorder: Recorder) -> None:
    handler(_event(recorder), CONTEXT)
    template = recorder.sent["PUT /_index_template/pictures-9-abc"]["template"]
    assert template["settings"]["index"]["number_of_replicas"] == 2
    made = recorder.sent["PUT /pictures-9-abc-1"]
    assert made["aliases"] == {"pictures-9-abc": {}}
    assert made["settings"]["index"]["number_of_replicas"] == 2, "the template alone is not asked"


def test_should_make_an_index_by_looks_for_each_model(recorder: Recorder) -> None:
    titan = {"kind": "bedrock", "dimension": 256}
    models = {"titan": titan, "built-in": {"kind": "built-in"}}
    named = json.dumps({"default": "titan", "models": models})
    handler(_event(recorder, LooksModels=named, LooksQuantisation="int8"), CONTEXT)
    made = [request for request in recorder.sent if request.startswith("PUT /looks-int8-")]
    assert len(made) == 2
    dimensions = {
        request.split("-")[2]: each["template"]["mappings"]["properties"]["vector"]["dimension"]
        for request, each in recorder.sent.items()
        if request.startswith("PUT /_index_template/looks-")
    }
    assert dimensions == {"titan": 256, "built": 512}


def test_should_leave_to_a_collection_what_it_decides_itself(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        prepare_search, "connect", lambda url, _service: connect(url, OpenSearchService.UNSIGNED)
    )
    handler(_event(recorder, Service="aoss"), CONTEXT)
    template = recorder.sent["PUT /_index_template/pictures-9-abc"]["template"]
    assert template["settings"]["index"] == {"knn": True}
    vectors = [f for f in template["mappings"]["properties"].values() if "method" in f]
    assert {field["method"]["engine"] for field in vectors} == {"faiss"}


def test_should_leave_an_index_alone_that_serves(recorder: Recorder) -> None:
    recorder.indices = [
        {"index": "pictures-9-abc-3", "docs.count": "7", "store.size": "1", "health": "green"}
    ]
    handler(_event(recorder, "Update"), CONTEXT)
    built = [request for request in recorder.sent if request.startswith("PUT /pictures")]
    assert built == []


def test_should_be_complete_under_the_name_that_it_began_with(recorder: Recorder) -> None:
    begun = handler(_event(recorder), CONTEXT)
    assert begun == {"PhysicalResourceId": "Prepared", "IsComplete": True}
    again = handler({**_event(recorder, "Update"), "PhysicalResourceId": "Other"}, CONTEXT)
    assert again == {"PhysicalResourceId": "Other", "IsComplete": True}


@pytest.mark.parametrize("status", [401, 403, 503])
def test_should_be_called_again_while_the_service_denies_access(
    status: int, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The security plug-in of a new domain learns of its administrator later than others do."""
    monkeypatch.setattr(prepare_search, "_RETRIES", RetryPolicy(deadline=0))
    recorder.status = status
    assert handler(_event(recorder), CONTEXT)["IsComplete"] is False
    recorder.status = 200
    assert handler(_event(recorder), CONTEXT)["IsComplete"] is True


def test_should_be_called_again_while_nothing_has_that_name(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare_search, "_RETRIES", RetryPolicy(deadline=0))
    unknown = connect("http://localhost:9", OpenSearchService.UNSIGNED)
    monkeypatch.setattr(prepare_search, "connect", lambda *_: unknown)
    with patch(
        "urllib3.connection.connection.create_connection", side_effect=socket.gaierror("unknown")
    ):
        assert handler(_event(recorder), CONTEXT)["IsComplete"] is False


@pytest.mark.parametrize("flaw", [{"Service": "ftp"}, {"Roles": "{"}, {"Endpoint": "nowhere"}])
def test_should_fail_at_once_where_waiting_would_not_help(
    flaw: dict[str, str], recorder: Recorder
) -> None:
    with pytest.raises((ValidationError, SettingInvalidError)):
        handler(_event(recorder, **flaw), CONTEXT)


def test_should_fail_at_once_where_a_request_is_refused(recorder: Recorder) -> None:
    recorder.status = 400
    with pytest.raises(StorageInvalidError):
        handler(_event(recorder), CONTEXT)


def test_should_touch_nothing_when_the_stack_goes(recorder: Recorder) -> None:
    assert handler(_event(recorder, "Delete"), CONTEXT)["IsComplete"] is True
    assert recorder.sent == {}
