"""Calling a function as Lambda does."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.shared.aws.entry_point import Handler
from tests.service import Answer, an_event


@dataclass
class Context(LambdaContext):
    """Of one invocation."""

    seconds: float = 900.0
    function_name: str = "a-function"  # type: ignore[assignment,mutable-override]
    memory_limit_in_mb: int = 512  # type: ignore[assignment,mutable-override]
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:a"  # type: ignore[assignment,mutable-override]
    aws_request_id: str = "request-1"  # type: ignore[assignment,mutable-override]

    def get_remaining_time_in_millis(self) -> int:
        """What is left of the time."""
        return int(1000 * self.seconds)


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
