from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.small_index import SmallIndexParts, small_index_parts


@pytest.fixture(params=["in memory", "in DynamoDB"])
def parts(request: pytest.FixtureRequest) -> Iterator[SmallIndexParts]:
    """An empty small index, on either kind of log."""
    with small_index_parts(in_dynamodb=request.param == "in DynamoDB") as made:
        yield made
