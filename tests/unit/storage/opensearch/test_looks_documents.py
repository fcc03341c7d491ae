"""Documents of a product are written so that whatever is refused is found again."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, cast

import pytest
from opensearchpy import OpenSearch

from lookalike.storage.embeddings import EmbeddingSpace, pack
from lookalike.storage.looks_index import LooksChange, LooksEntry, LooksRemoval
from lookalike.storage.opensearch.looks import OpenSearchLooks
from lookalike.storage.opensearch.looks_schema import COUNT, DIGEST, document_id
from lookalike.storage.retries import RetryPolicy
from lookalike.storage.synced_index import APPLIED, ChangeState
from tests.embeddings import at_degrees

SPACE = EmbeddingSpace("fake-1", 8)
BUSY = {"status": 429, "error": {"type": "rejected", "reason": "too busy"}}


class Server:
    """Documents of an index, of which some are refused."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {}
        self.refused: set[str] = set()

    def perform_request(self, _method: str, path: str, body: Any, **_: object) -> Any:  # noqa: ANN401 - as the client of OpenSearch does
        """Answer reads and bulks."""
        if path.endswith("/_mget"):
            return {"docs": [self._read(key) for key in body["ids"]]}
        lines = iter(json.loads(line) for line in body.splitlines())
        return {"items": [self._write(line, lines) for line in lines]}

    def _read(self, key: str) -> dict[str, Any]:
        found = self.documents.get(key)
        return {"_id": key, "found": found is not None, "_source": found or {}}

    def _write(self, line: Any, lines: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        ((action, target),) = line.items()
        document = next(lines) if action == "index" else None
        key = target["_id"]
        if key in self.refused:
            return {action: BUSY}
        if document is None:
            self.documents.pop(key, None)
        else:
            self.documents[key] = document
        return {action: {"status": 200}}


@pytest.fixture
def server() -> Server:
    """Empty."""
    return Server()


@pytest.fixture
def index(server: Server) -> OpenSearchLooks:
    """On that server, without patience."""
    client = cast("OpenSearch", SimpleNamespace(transport=server))
    return OpenSearchLooks(client, SPACE, retries=RetryPolicy(deadline=0))


def an_entry(digest: str, *degrees: float) -> LooksEntry:
    return LooksEntry("p", digest, {}, {f"picture-{d}": pack(at_degrees(d)) for d in degrees})


def state_of(index: OpenSearchLooks, change: LooksChange) -> ChangeState:
    [outcome] = index.bulk([change])
    return outcome.state


def names(*numbers: int) -> set[str]:
    return {document_id("p", number) for number in numbers}


def test_should_remove_what_was_refused_when_the_product_changes_again(
    server: Server, index: OpenSearchLooks
) -> None:
    index.bulk([an_entry("three", 1, 2, 3)])
    assert server.documents.keys() == names(0, 1, 2)
    server.refused = names(1, 2)
    assert state_of(index, an_entry("one", 1)) is ChangeState.RETRY
    assert index.digests(["p"]) != {"p": "one"}, "so that a reconciliation repeats it"
    server.refused = set()
    assert index.bulk([an_entry("one", 1)]) == [APPLIED]
    assert server.documents.keys() == names(0)
    assert index.digests(["p"]) == {"p": "one"}


def test_should_remove_a_product_whose_documents_were_refused(
    server: Server, index: OpenSearchLooks
) -> None:
    index.bulk([an_entry("three", 1, 2, 3)])
    server.refused = names(2)
    assert state_of(index, LooksRemoval("p")) is ChangeState.RETRY
    server.refused = set()
    assert index.bulk([LooksRemoval("p")]) == [APPLIED]
    assert server.documents == {}


def test_should_not_call_a_product_complete_whose_further_pictures_were_refused(
    server: Server, index: OpenSearchLooks
) -> None:
    server.refused = names(2)
    assert state_of(index, an_entry("three", 1, 2, 3)) is ChangeState.RETRY
    assert index.digests(["p"]) == {"p": ""}
    server.refused = set()
    index.bulk([an_entry("one", 1)])
    assert server.documents.keys() == names(0), "one that was written meanwhile goes, too"
    index.bulk([an_entry("three", 1, 2, 3)])
    first = server.documents[document_id("p")]
    assert (first[DIGEST], first[COUNT]) == ("three", 3)
