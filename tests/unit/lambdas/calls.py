"""Calling a function as Lambda does."""

from __future__ import annotations

import base64
import json
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.aws.entry_point import Handler
from tests.service import Answer, an_event


class Context(LambdaContext):
    """Of one invocation."""

    def __init__(self) -> None:
        self._function_name = "a-function"
        self._memory_limit_in_mb = 512
        self._invoked_function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:a-function"
        self._aws_request_id = "request-1"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """A quarter of an hour."""
        return 900_000


def asked(
    handler: Handler, method: str, target: str, document: object = None, **headers: str
) -> Answer:
    """What a function behind the API answers to a request, with a JSON body where one is given."""
    body = b"" if document is None else json.dumps(document).encode()
    kind = {"Content-Type": "application/json"} if body else {}
    event = an_event(method, target, body, {**kind, **headers})
    return answer_of(handler(event, Context()))


def answer_of(response: dict[str, Any] | None) -> Answer:
    """Status, headers and content of what the gateway is told."""
    assert response is not None
    text = response["body"] or ""
    content = base64.b64decode(text) if response["isBase64Encoded"] else text.encode()
    sent = {name: values[-1] for name, values in response["multiValueHeaders"].items()}
    return Answer(response["statusCode"], sent, content)
