"""A small index beside the search service gets every change, too."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.e2e.deployment import Deployment
from tests.e2e.service import wait_until

pytestmark = pytest.mark.timeout(1800)


def test_should_keep_a_small_index_in_step_and_compact_it(
    deployment: Deployment, registered: Mapping[str, str]
) -> None:
    if "ChangesTable" not in deployment.outputs:
        pytest.skip("this stack has no small index")
    pictures = len(set(registered.values()))

    wait_until(
        lambda: deployment.invoke("compact_index")["pictures"] >= pictures,
        "the small index has every registered picture",
    )

    again = deployment.invoke("compact_index")
    assert again["pictures"] == pictures or deployment.is_shared
    assert again["changes"] == 0 or deployment.is_shared
