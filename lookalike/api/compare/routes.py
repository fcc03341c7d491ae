"""``/compare``: do these two pictures come from one photograph?"""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Body

from lookalike.api.compare.models import CompareAnswer, CompareRequest
from lookalike.api.compare.service import CompareImages
from lookalike.http import contract
from lookalike.http.routing import new_router

_COMPARED = contract.answers(
    CompareAnswer, "How alike they are.", *contract.WITH_BODY, *contract.WITH_PICTURE
)


def compare_images_routes(service: CompareImages) -> Router:
    """The route ``/compare``."""
    router = new_router()

    @router.post("/compare", summary="Compare two pictures", responses=_COMPARED)
    def compare(pair: Annotated[CompareRequest, Body()]) -> CompareAnswer:
        return CompareAnswer.of(service.compare(*pair.sources()))

    return router
