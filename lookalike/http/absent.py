"""What the contract says of routes that a deployment does not have."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Path

from lookalike.http import contract

AnyId = Annotated[str, Path(description="Any id; every one is answered alike.")]
"""An id in the path of such a route."""


def declared_absent(topic: contract.Topic, instead: str) -> Any:  # noqa: ANN401 - keyword arguments of routes
    """The keyword arguments that declare a route whose only answer is 404.

    Args:
        topic: of the routes, as where they exist.
        instead: says what is not here, and what to do instead; the detail of the 404.
    """
    return {
        "summary": "Not in this deployment",
        "description": instead,
        "tags": [topic],
        "responses": contract.problem_answers(HTTPStatus.NOT_FOUND),
    }
