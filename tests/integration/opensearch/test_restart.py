"""A server that dies and comes back: what was applied is there, what was not is known."""

from __future__ import annotations

import pytest

from lookalike.pictures import VectorEntry
from lookalike.storage.opensearch.admin import IndexAdmin
from lookalike.storage.opensearch.client import connect
from lookalike.storage.opensearch.service import OpenSearchService
from lookalike.storage.opensearch.vectors import OpenSearchVectors
from lookalike.storage.retries import RetryPolicy
from lookalike.storage.synced_index import ChangeState
from scripts.opensearch_server.server import OpenSearchServer
from tests.builders import VERSION, some_hashes
from tests.opensearch import GENEROUS, LUCENE

HASTY = RetryPolicy(timeout=60, deadline=0.2)


@pytest.mark.slow
def test_should_keep_what_was_applied_when_the_server_dies() -> None:
    with OpenSearchServer() as server:
        client = connect(server.url, OpenSearchService.UNSIGNED)
        IndexAdmin(client, VERSION, retries=GENEROUS).create(LUCENE)
        vectors = OpenSearchVectors(client, VERSION, retries=GENEROUS)
        entries = [VectorEntry(f"{n:04d}", VERSION, some_hashes(n)) for n in range(600)]
        vectors.add(entries[:300])

        server.kill()
        hasty = OpenSearchVectors(client, VERSION, retries=HASTY)
        states = {outcome.state for outcome in hasty.bulk(entries)}
        server.start()
        after = OpenSearchVectors(client, VERSION, retries=GENEROUS, refresh="true")
        after.add(entries)

        assert states == {ChangeState.RETRY}
        assert after.ids() == [entry.fingerprint_id for entry in entries]
        client.close()
