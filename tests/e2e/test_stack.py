"""What is deployed is what the code says."""

from __future__ import annotations

import pytest

from tests.e2e.deployment import Deployment, difference


def test_should_find_nothing_to_change_right_after_a_deployment(deployment: Deployment) -> None:
    if deployment.emulator is None:
        pytest.skip("`cdk diff` of an environment of one's own says it")
    assert "no differences" in difference(deployment.emulator)
