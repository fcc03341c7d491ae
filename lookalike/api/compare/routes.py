"""The route ``/compare``."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.models import Example
from aws_lambda_powertools.event_handler.openapi.params import Body

from lookalike.api.compare.models import CompareAnswer, CompareRequest
from lookalike.api.compare.service import CompareImages
from lookalike.http import contract, examples
from lookalike.http.routing import new_router

_COMPARED = contract.answers(
    CompareAnswer,
    "The verdict with its match percentage and evidence.",
    *contract.WITH_BODY,
    *contract.WITH_PICTURE,
)
_EXAMPLES = {
    "pictures": Example(
        summary="Two small pictures in the request",
        value={name: {"image_base64": examples.THUMBNAIL} for name in "ab"},
    ),
    "addresses": Example(
        summary="The addresses of two sample pictures (served by `make run`)",
        value={
            "a": {"image_url": examples.SAMPLE_URL},
            "b": {"image_url": examples.ORIGINAL_URL},
        },
    ),
}


def compare_images_routes(service: CompareImages) -> Router:
    """The route ``/compare``."""
    router = new_router()

    @router.post(
        "/compare",
        summary="Compare two pictures",
        description="Says whether two pictures come from the same photograph. The catalogue is not"
        " used.",
        operation_id="comparePictures",
        tags=[contract.Topic.CHECKS],
        responses=_COMPARED,
    )
    def compare(
        pair: Annotated[CompareRequest, Body(openapi_examples=_EXAMPLES)],
    ) -> CompareAnswer:
        return CompareAnswer.of(service.compare(*pair.sources(), pair.effort))

    return router
