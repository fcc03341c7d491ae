"""The routes of ``/find_similar``."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from aws_lambda_powertools.event_handler import Request
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.models import Example
from aws_lambda_powertools.event_handler.openapi.params import Body, Query

from lookalike.api.attribute_filter import MAX_CONDITIONS, AttributeFilter
from lookalike.api.effort import EFFORT_DESCRIPTION
from lookalike.api.find_similar.models import (
    BatchAnswer,
    BatchItem,
    BatchQuery,
    BatchRequest,
    CheckAnswer,
    Excluded,
    Include,
    MinMatch,
    Top,
    build_options,
)
from lookalike.api.find_similar.service import FindSimilar
from lookalike.http import contract, examples
from lookalike.http.picture_body import PICTURE_BODY
from lookalike.http.pictures import ImageUrl, PictureSource, picture_in_body
from lookalike.http.problems import build_problem
from lookalike.http.routing import new_router
from lookalike.http.shared_parameters import taking
from lookalike.matching.check import MAX_PRODUCTS_PER_PICTURE, CheckOptions, CheckResult
from lookalike.matching.effort import Effort

_TopQuery = Annotated[Top, Query(description="The maximum number of products in the answer.")]
_MinMatchQuery = Annotated[
    MinMatch, Query(description="Matches below this percentage are left out; 0 keeps all.")
]
# The limit of a list is in Query, since Powertools takes a list with a Field for a scalar.
_ExcludeEntityId = Annotated[
    list[Excluded],
    Query(
        max_length=MAX_CONDITIONS,
        description="The caller's own product, by its entity_id: it is left out, and what was "
        "decided about it is respected; repeatable.",
    ),
]
_ExcludeSku = Annotated[
    list[Excluded],
    Query(
        max_length=MAX_CONDITIONS, description="Products to leave out, by their sku; repeatable."
    ),
]
_Filter = Annotated[
    list[AttributeFilter],
    Query(
        alias="filter",
        max_length=MAX_CONDITIONS,
        description="An attribute that products must have, as `key:value`; repeatable. If more "
        f"than {MAX_PRODUCTS_PER_PICTURE:,} products show a picture, the first by entity_id are "
        "considered.",
    ),
]
_Effort = Annotated[Effort, Query(description=EFFORT_DESCRIPTION)]
_Include = Annotated[
    list[Include],
    Query(
        max_length=len(Include),
        description="`similar`: also products that look like the picture, by embeddings, however "
        "they were photographed; see `/search`.",
    ),
]
_CHECKED = "The products that show the picture."
_CHECKED_URL = contract.answers(CheckAnswer, _CHECKED, *contract.WITH_PICTURE)
_CHECKED_BODY = contract.answers(CheckAnswer, _CHECKED, *contract.WITH_BODY, *contract.WITH_PICTURE)
_CHECKED_BATCH = contract.answers(
    BatchAnswer, "A result or a problem for each query.", *contract.WITH_BODY
)
_URL_EXAMPLE = {
    "sample": Example(summary="A sample picture (served by `make run`)", value=examples.SAMPLE_URL)
}
_BATCH_EXAMPLE = {
    "pictures": Example(
        summary="Two pictures, of which the second is served by `make run`",
        value={
            "queries": [
                {"id": "picture", "image_base64": examples.THUMBNAIL},
                {"id": "address", "image_url": examples.SAMPLE_URL},
            ],
            "top": 3,
        },
    )
}


def _options(  # noqa: PLR0913 - one argument per query parameter
    *,
    top: _TopQuery = 1,
    min_match: _MinMatchQuery = 50.0,
    exclude_entity_id: _ExcludeEntityId = [],  # noqa: B006 - copied by Powertools
    exclude_sku: _ExcludeSku = [],  # noqa: B006
    attribute_filters: _Filter = [],  # noqa: B006
    effort: _Effort = Effort.NORMAL,
) -> CheckOptions:
    return build_options(
        top=top,
        min_match=min_match,
        exclude_entity_id=exclude_entity_id,
        exclude_sku=exclude_sku,
        attribute_filters=attribute_filters,
        effort=effort,
        is_effort_chosen=False,
    )


def find_similar_routes(service: FindSimilar) -> Router:
    """The routes of ``/find_similar``."""
    router = new_router()

    @router.get(
        "/find_similar",
        summary="Check a picture by its address",
        description="Finds the products of the catalogue that show the picture at this address.",
        operation_id="checkPictureByUrl",
        tags=[contract.Topic.CHECKS],
        responses=_CHECKED_URL,
    )
    @taking(options=_options)
    def check_address(
        *,
        request: Request,
        image_url: Annotated[
            ImageUrl,
            Query(
                description="The http or https address of the picture.",
                openapi_examples=_URL_EXAMPLE,
            ),
        ],
        options: CheckOptions,
        include: _Include = [],  # noqa: B006 - copied by Powertools
    ) -> CheckAnswer:
        return _checked(service, image_url, _chosen(options, request), include, request)

    @router.post(
        "/find_similar",
        summary="Check a picture",
        description="Finds the products of the catalogue that show the picture in the request, or "
        "at the address that it gives.",
        operation_id="checkPicture",
        tags=[contract.Topic.CHECKS],
        responses=_CHECKED_BODY,
        openapi_extensions=PICTURE_BODY,
    )
    @taking(options=_options)
    def check_body(
        *,
        request: Request,
        options: CheckOptions,
        include: _Include = [],  # noqa: B006 - copied by Powertools
    ) -> CheckAnswer:
        source = picture_in_body(request.resolved_event)
        return _checked(service, source, _chosen(options, request), include, request)

    @router.post(
        "/find_similar/batch",
        summary="Check up to 16 pictures",
        description="Finds the products that show each of several pictures. A picture that is "
        "refused has a problem in the answer, and the others have their results.",
        operation_id="checkPictures",
        tags=[contract.Topic.CHECKS],
        responses=_CHECKED_BATCH,
    )
    def check_batch(
        batch: Annotated[BatchRequest, Body(openapi_examples=_BATCH_EXAMPLE)], request: Request
    ) -> BatchAnswer:
        outcomes = service.check_all([query.source for query in batch.queries], batch.options)
        request_id = _id_of(request)
        pairs = zip(batch.queries, outcomes, strict=True)
        return BatchAnswer(results=[_item(query, outcome, request_id) for query, outcome in pairs])

    return router


def _checked(
    service: FindSimilar,
    source: PictureSource,
    options: CheckOptions,
    include: list[Include],
    request: Request,
) -> CheckAnswer:
    if Include.SIMILAR not in include:
        return CheckAnswer.of(service.check(source, options))
    result, looks = service.check_and_search(source, options)
    if isinstance(looks, Exception):
        return CheckAnswer.of(result, build_problem(looks, _id_of(request)))
    return CheckAnswer.of(result, looks)


def _id_of(request: Request) -> str:
    return str(request.resolved_event["requestContext"]["requestId"])


def _chosen(options: CheckOptions, request: Request) -> CheckOptions:
    """The options, which know whether the caller has chosen the effort."""
    given = request.resolved_event.resolved_query_string_parameters
    return replace(options, is_effort_chosen="effort" in given)


def _item(query: BatchQuery, outcome: CheckResult | Exception, request_id: str) -> BatchItem:
    if isinstance(outcome, Exception):
        return BatchItem(id=query.id, problem=build_problem(outcome, request_id))
    return BatchItem(id=query.id, result=CheckAnswer.of(outcome))
