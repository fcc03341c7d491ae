"""The tags of all resources."""

from __future__ import annotations

from infra.environments import Environment

SERVICE_TAG = "service"
"""The tag for cost allocation: application and environment."""


def tags(environment: Environment) -> dict[str, str]:
    """Tags of all resources of an environment."""
    return {
        SERVICE_TAG: f"lookalike-{environment.name}",
        "environment": environment.name,
        "managed-by": "cdk",
    }
