"""What is deployed is what the code says."""

from __future__ import annotations

from tests.e2e.deployment import Deployment, difference


def test_should_find_nothing_to_change_right_after_a_deployment(deployment: Deployment) -> None:
    assert "no differences" in difference(deployment.emulator)
