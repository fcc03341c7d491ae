"""The routes of ``/search``."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Request
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.models import Example
from aws_lambda_powertools.event_handler.openapi.params import Query

from lookalike.api.attribute_filter import MAX_CONDITIONS, AttributeFilter, attribute_pairs
from lookalike.api.find_similar.models import Excluded
from lookalike.api.search.models import Diversify, ModelName, SearchAnswer, SearchTop
from lookalike.api.search.service import SearchByLooks
from lookalike.catalogue.product_limits import MAX_ENTITY_ID_LENGTH
from lookalike.http import contract, examples
from lookalike.http.picture_body import PICTURE_BODY
from lookalike.http.pictures import ImageUrl, picture_in_body
from lookalike.http.routing import new_router
from lookalike.http.shared_parameters import taking
from lookalike.search.options import DEFAULT_TOP, SearchOptions

_Top = Annotated[SearchTop, Query(description="The maximum number of products in the answer.")]
_Model = Annotated[
    ModelName | None,
    Query(description="The model that compares the pictures; by default the configured one."),
]
_Filter = Annotated[
    list[AttributeFilter],
    Query(
        alias="filter",
        max_length=MAX_CONDITIONS,
        description="An attribute that products must have, as `key:value`; repeatable. The nearest "
        "of all products with it are found, however many others are nearer.",
    ),
]
_ExcludeEntityId = Annotated[
    list[Excluded],
    Query(max_length=MAX_CONDITIONS, description="A product to leave out; repeatable."),
]
_ExcludeSku = Annotated[
    list[Excluded],
    Query(max_length=MAX_CONDITIONS, description="Products to leave out, by sku; repeatable."),
]
_Diversify = Annotated[
    Diversify | None,
    Query(
        description="What only the nearest product is shown of: `picture`, `sku`, `style` (the sku "
        "without its part behind the last hyphen) or `attribute:NAME`. So ten colours of one shirt "
        "take one place.",
        openapi_examples={"style": Example(summary="One of each style", value="style")},
    ),
]
_FOUND = "The products that look alike."
_BY_ADDRESS = contract.answers(SearchAnswer, _FOUND, HTTPStatus.NOT_FOUND, *contract.WITH_PICTURE)
_BY_BODY = contract.answers(SearchAnswer, _FOUND, *contract.WITH_BODY, *contract.WITH_PICTURE)


def _options(  # noqa: PLR0913 - one argument per query parameter
    *,
    top: _Top = DEFAULT_TOP,
    model: _Model = None,
    attribute_filters: _Filter = [],  # noqa: B006 - copied by Powertools
    exclude_entity_id: _ExcludeEntityId = [],  # noqa: B006
    exclude_sku: _ExcludeSku = [],  # noqa: B006
    diversify: _Diversify = None,
) -> SearchOptions:
    return SearchOptions(
        top=top,
        model=model,
        attributes=attribute_pairs(attribute_filters),
        exclude_entity_ids=frozenset(exclude_entity_id),
        exclude_skus=frozenset(exclude_sku),
        diversify=diversify,
    )


def search_by_looks_routes(service: SearchByLooks) -> Router:
    """The routes of ``/search``."""
    router = new_router()

    @router.get(
        "/search",
        summary="Search by looks, with an address or a product",
        description="Finds the products that look like the picture at an address, or like a stored "
        "product (`entity_id`), which is left out.",
        operation_id="searchByUrl",
        tags=[contract.Topic.SEARCH],
        responses=_BY_ADDRESS,
    )
    @taking(options=_options)
    def search_address(
        *,
        image_url: Annotated[
            ImageUrl | None,
            Query(
                description="The http or https address of a picture.",
                openapi_examples={
                    "sample": Example(
                        summary="A sample picture (served by `make run`)",
                        value=examples.SAMPLE_URL,
                    )
                },
            ),
        ] = None,
        entity_id: Annotated[
            str | None,
            Query(max_length=MAX_ENTITY_ID_LENGTH, description="A stored product, instead."),
        ] = None,
        options: SearchOptions,
    ) -> SearchAnswer:
        return SearchAnswer.of(service.by_either(image_url, entity_id, options))

    @router.post(
        "/search",
        summary="Search by looks, with a picture",
        description="Finds the products that look like the picture in the request, or at the "
        "address that it gives.",
        operation_id="searchByPicture",
        tags=[contract.Topic.SEARCH],
        responses=_BY_BODY,
        openapi_extensions=PICTURE_BODY,
    )
    @taking(options=_options)
    def search_body(*, request: Request, options: SearchOptions) -> SearchAnswer:
        source = picture_in_body(request.resolved_event)
        return SearchAnswer.of(service.by_picture(source, options))

    return router
