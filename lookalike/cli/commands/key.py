"""``lookalike key``."""

from __future__ import annotations

from lookalike.cli.stack import Stack, require_output, stack_outputs


def key(stack: Stack) -> None:
    """Show the API key of a deployed service: `export LOOKALIKE_API_KEY=$(lookalike key …)`."""
    import boto3

    from lookalike.storage.aws_access import translated_aws_errors
    from lookalike.terminal import console

    key_id = require_output(stack_outputs(stack), "ApiKeyId")
    with translated_aws_errors():
        answer = boto3.client("apigateway").get_api_key(apiKey=key_id, includeValue=True)
    console.print(answer["value"])
