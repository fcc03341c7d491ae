"""A small index beside the search service gets every change, too."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.e2e.conftest import Index
from tests.e2e.deployment import Deployment
from tests.e2e.service import wait_until

pytestmark = pytest.mark.timeout(1800)


def test_should_keep_a_small_index_in_step_and_compact_it(
    deployment: Deployment, registered: Mapping[str, str], index: Index
) -> None:
    if "ChangesTable" not in deployment.outputs:
        pytest.skip("this stack has no small index")

    def compacted() -> int:
        return int(deployment.invoke("compact_index")["pictures"])

    if deployment.is_shared:
        wait_until(lambda: compacted() >= len(set(registered.values())), "it has the sample")
        return
    wait_until(lambda: compacted() == index.count(), "both indices have the same pictures")
    assert deployment.invoke("compact_index") == {"pictures": index.count(), "changes": 0}
