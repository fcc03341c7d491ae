"""``lookalike key``."""

from __future__ import annotations

from lookalike.cli.stack import Stack, output, outputs_of


def key(stack: Stack) -> None:
    """Show the API key of a deployed service: `export LOOKALIKE_API_KEY=$(lookalike key …)`."""
    import boto3

    from lookalike.storage.aws_access import speaking_to_aws
    from lookalike.terminal import console

    key_id = output(outputs_of(stack), "ApiKeyId")
    with speaking_to_aws():
        answer = boto3.client("apigateway").get_api_key(apiKey=key_id, includeValue=True)
    console.print(answer["value"])
