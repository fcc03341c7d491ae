"""A deployment that is filled: its address and key."""

from __future__ import annotations

from lookalike.cli.stack import require_output, stack_outputs


def deployed(stack: str) -> tuple[str, str]:
    """The address of a deployment, and the key that its operator gives to callers.

    Args:
        stack: name of the stack, in the account and region of the credentials.

    Raises:
        SettingInvalidError: there is no such stack, or AWS refuses to describe it.
    """
    from lookalike.aws.service_check import read_api_key  # noqa: PLC0415 - needs boto3

    outputs = stack_outputs(stack)
    key = read_api_key(require_output(outputs, "ApiKeyId"))
    return require_output(outputs, "ApiUrl").rstrip("/"), key
