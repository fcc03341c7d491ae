"""Sections of a quick run share one node, and each finds it empty."""

from __future__ import annotations

from unittest.mock import MagicMock

import pytest

from scripts.benchmarks import search_node as module
from scripts.benchmarks.search_node import search_node, shared_node
from scripts.opensearch_server.server import JavaOptions

ADDRESS = "http://127.0.0.1:9"


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> MagicMock:
    """What starts servers: none, but at that address."""
    started = MagicMock()
    started.return_value.__enter__.return_value.url = ADDRESS
    monkeypatch.setattr(module, "OpenSearchServer", started)
    return started


def test_should_start_a_node_with_the_options_of_a_section(servers: MagicMock) -> None:
    java = JavaOptions("2g")
    with search_node(java) as url:
        assert url == ADDRESS
    servers.assert_called_once_with(java)


def test_should_share_a_node_and_leave_it_empty(
    servers: MagicMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = MagicMock()
    monkeypatch.setattr(module, "connect", lambda url, _: {ADDRESS: client}[url])
    with shared_node() as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        with search_node(JavaOptions("2g")) as url:
            assert url == ADDRESS
    servers.assert_called_once_with()
    client.indices.delete.assert_called_once_with(index="pictures-*")
    client.close.assert_called_once_with()
