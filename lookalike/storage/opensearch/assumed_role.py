"""Credentials of a role that is assumed, and assumed again before they expire."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boto3 import Session
    from botocore.credentials import Credentials

_SESSION_NAME = "lookalike"


def assumed(session: Session, role: str) -> Credentials:
    """Credentials of a role.

    Args:
        session: whose credentials may assume it.
        role: its ARN.

    Raises:
        ClientError: they may not.
    """
    from botocore.credentials import RefreshableCredentials  # noqa: PLC0415 - only where it is used

    assume: Callable[..., Any] = session.client("sts").assume_role

    def read() -> dict[str, str]:
        found = assume(RoleArn=role, RoleSessionName=_SESSION_NAME)["Credentials"]
        return {
            "access_key": found["AccessKeyId"],
            "secret_key": found["SecretAccessKey"],
            "token": found["SessionToken"],
            "expiry_time": found["Expiration"].isoformat(),
        }

    return RefreshableCredentials.create_from_metadata(read(), read, "sts-assume-role")
