"""``/find_similar``: is this picture in the catalogue?"""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler import Request
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Body, Query

from lookalike.api.find_similar.models import (
    MAX_CONDITIONS,
    AttributeFilter,
    BatchAnswer,
    BatchItem,
    BatchQuery,
    BatchRequest,
    CheckAnswer,
    Excluded,
    MinMatch,
    Top,
    options_of,
)
from lookalike.api.find_similar.service import FindSimilar
from lookalike.http import contract
from lookalike.http.pictures import ImageUrl, PictureReference, picture_in_body
from lookalike.http.problems import problem_of
from lookalike.http.routing import new_router
from lookalike.matching.check import MAX_PRODUCTS_PER_PICTURE, CheckResult

_TopQuery = Annotated[Top, Query(description="How many products at most, 1 to 50.")]
_MinMatchQuery = Annotated[
    MinMatch, Query(description="Matches below this percentage are left out; 0 keeps all.")
]
# The limit of a list stands in Query: beside a Field, Powertools takes the list for a scalar.
_ExcludeEntityId = Annotated[
    list[Excluded],
    Query(max_length=MAX_CONDITIONS, description="Leave out these entries; repeatable."),
]
_ExcludeSku = Annotated[
    list[Excluded],
    Query(max_length=MAX_CONDITIONS, description="Leave out these skus; repeatable."),
]
_Filter = Annotated[
    list[AttributeFilter],
    Query(
        alias="filter",
        max_length=MAX_CONDITIONS,
        description="Only products with this key:value; repeatable. Of a picture that more than "
        f"{MAX_PRODUCTS_PER_PICTURE:,} products show, the first by entity_id are looked through.",
    ),
]
_CHECKED = contract.answers(
    CheckAnswer, "The products that show this picture.", *contract.WITH_PICTURE, *contract.STORED
)
_CHECKED_BODY = contract.answers(
    CheckAnswer,
    "The products that show this picture.",
    *contract.WITH_BODY,
    *contract.WITH_PICTURE,
    *contract.STORED,
)
_BATCH = contract.answers(
    BatchAnswer, "A result or a problem per query.", *contract.WITH_BODY, *contract.STORED
)
_PICTURE_BODY = contract.request_body(
    "The picture: as it is, as the field `image` of a form, or as JSON.",
    {
        "image/*": contract.BINARY,
        "application/octet-stream": contract.BINARY,
        "multipart/form-data": contract.file_form("image"),
        "application/json": PictureReference.model_json_schema(),
    },
)


def find_similar_routes(service: FindSimilar) -> Router:
    """The routes of ``/find_similar``."""
    router = new_router()

    @router.get("/find_similar", summary="Check a picture by its address", responses=_CHECKED)
    def check_address(  # noqa: PLR0913 - one argument per query parameter
        *,
        image_url: Annotated[ImageUrl, Query(description="Address of the picture.")],
        top: _TopQuery = 1,
        min_match: _MinMatchQuery = 50.0,
        exclude_entity_id: _ExcludeEntityId = [],  # noqa: B006 - copied by Powertools
        exclude_sku: _ExcludeSku = [],  # noqa: B006
        attribute_filters: _Filter = [],  # noqa: B006
    ) -> CheckAnswer:
        options = options_of(top, min_match, exclude_entity_id, exclude_sku, attribute_filters)
        return CheckAnswer.of(service.check(image_url, options))

    @router.post(
        "/find_similar",
        summary="Check a picture that is sent along",
        responses=_CHECKED_BODY,
        openapi_extensions=_PICTURE_BODY,
    )
    def check_body(  # noqa: PLR0913 - one argument per query parameter
        *,
        request: Request,
        top: _TopQuery = 1,
        min_match: _MinMatchQuery = 50.0,
        exclude_entity_id: _ExcludeEntityId = [],  # noqa: B006 - copied by Powertools
        exclude_sku: _ExcludeSku = [],  # noqa: B006
        attribute_filters: _Filter = [],  # noqa: B006
    ) -> CheckAnswer:
        options = options_of(top, min_match, exclude_entity_id, exclude_sku, attribute_filters)
        return CheckAnswer.of(service.check(picture_in_body(request.resolved_event), options))

    @router.post("/find_similar/batch", summary="Check up to 16 pictures", responses=_BATCH)
    def check_batch(batch: Annotated[BatchRequest, Body()], request: Request) -> BatchAnswer:
        outcomes = service.check_all([query.source for query in batch.queries], batch.options)
        request_id = request.resolved_event["requestContext"]["requestId"]
        pairs = zip(batch.queries, outcomes, strict=True)
        return BatchAnswer(results=[_item(query, outcome, request_id) for query, outcome in pairs])

    return router


def _item(query: BatchQuery, outcome: CheckResult | Exception, request_id: str) -> BatchItem:
    if isinstance(outcome, Exception):
        return BatchItem(id=query.id, problem=problem_of(outcome, request_id))
    return BatchItem(id=query.id, result=CheckAnswer.of(outcome))
