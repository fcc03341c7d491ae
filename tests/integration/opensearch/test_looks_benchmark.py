from __future__ import annotations

from collections.abc import Iterator

import pytest
from opensearchpy import OpenSearch

from scripts.benchmarks.looks import Workload, measured, on_opensearch


@pytest.fixture
def url(opensearch: OpenSearch, opensearch_url: str) -> Iterator[str]:
    """A node, from which the index of the benchmark is removed."""
    yield opensearch_url
    opensearch.indices.delete(index="looks-benchmark-*")
    opensearch.indices.delete_index_template(name="looks-benchmark")


def test_should_measure_the_index_by_looks(url: str) -> None:
    workload = Workload(size=700, dimension=32, queries=5)
    row = measured(workload, {"here": on_opensearch(url, workload)}).splitlines()[2]
    figures = [cell.strip() for cell in row.strip("|").split("|")][1:]
    recall, halved, hundredth = (float(figures[column]) for column in (2, 5, 7))
    assert min(recall, halved, hundredth) > 0.9
    assert float(figures[3]) > 0
