"""The routes of ``/products``."""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.models import Example
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from pydantic import Field, StringConstraints

from lookalike.api.arrival_parameters import Check, OnDuplicateQuery, policy
from lookalike.api.attribute_filter import MAX_CONDITIONS, AttributeFilter, attribute_pairs
from lookalike.api.products.arrival_models import DuplicateProblem
from lookalike.api.products.fields import EntityId, Sku
from lookalike.api.products.listing import MAX_LIMIT
from lookalike.api.products.models import ProductAnswer, ProductRequest, ProductsAnswer
from lookalike.api.products.service import ManageProducts, ProductDescription
from lookalike.catalogue.product_limits import MAX_ATTRIBUTE_VALUE_LENGTH, MAX_IMAGES
from lookalike.http import contract, cursors, examples
from lookalike.http.routing import new_router
from lookalike.storage.interfaces import PutOutcome
from lookalike.storage.listing import DEFAULT_LIMIT, ProductFilter

_EntityIdInPath = Annotated[
    EntityId,
    Path(
        description="The id of the product: any text without control characters, but not `.` or "
        "`..`. It is percent-encoded in the path.",
        openapi_examples={
            "sample": Example(summary="A product of the sample", value=examples.ENTITY_ID),
            "new": Example(summary="A new product", value="example-1"),
        },
    ),
]
_PUT = {
    **contract.answers(
        ProductAnswer,
        "The product was there; it is replaced or unchanged.",
        *contract.WITH_BODY,
        *contract.WITH_PICTURE,
    ),
    HTTPStatus.CONFLICT.value: contract.problem_answer(HTTPStatus.CONFLICT, DuplicateProblem),
    HTTPStatus.CREATED.value: contract.answer(ProductAnswer, "The product is created."),
}
_GET = contract.answers(ProductAnswer, "The stored product.", HTTPStatus.NOT_FOUND)
_DELETE: dict[int, OpenAPIResponse] = {
    HTTPStatus.NO_CONTENT.value: contract.empty_answer("The product is deleted."),
    **contract.problem_answers(HTTPStatus.NOT_FOUND),
}
_PRODUCTS = {
    **examples.pictures(sku="SKU-1", attributes={"category": "Shirt"}),
    "several": Example(
        summary="A product with two pictures, of which the second is served by `make run`",
        value={
            "sku": "SKU-1",
            "images": [{"image_base64": examples.THUMBNAIL}, {"image_url": examples.ORIGINAL_URL}],
        },
    ),
}
_STATUS = {
    PutOutcome.CREATED: HTTPStatus.CREATED,
    PutOutcome.REPLACED: HTTPStatus.OK,
    PutOutcome.UNCHANGED: HTTPStatus.OK,
}


_LIST = contract.answers(ProductsAnswer, "A page of products.")
_Limit = Annotated[
    Annotated[int, Field(ge=1, le=MAX_LIMIT)],
    Query(description="The maximum number of products in the answer."),
]
_Cursor = Annotated[
    Annotated[str, StringConstraints(max_length=cursors.MAX_LENGTH)],
    Query(description="The `next_cursor` of the page before; empty for the first page."),
]
_Filter = Annotated[
    list[AttributeFilter],
    Query(
        alias="filter",
        max_length=MAX_CONDITIONS,
        description="An attribute that products must have, as `key:value`; repeatable.",
    ),
]
_SkuQuery = Annotated[Sku, Query(description="The sku that products must have.")]
_Text = Annotated[
    Annotated[str, StringConstraints(max_length=MAX_ATTRIBUTE_VALUE_LENGTH)],
    Query(
        description="A text that the entity_id, the sku or the value of an attribute must have, "
        "whatever its case."
    ),
]
_Fingerprints = Annotated[
    bool,
    Query(description="Whether the fingerprints of the pictures are sent, some 17 KB for each."),
]
_Flagged = Annotated[
    bool,
    Query(description="Whether only products are listed that were flagged when they arrived."),
]


class OnRefusedImage(StrEnum):
    """What becomes of a product of which a picture is refused."""

    REFUSE = "refuse"
    LEAVE_OUT = "leave_out"


_OnRefusedImage = Annotated[
    OnRefusedImage,
    Query(
        description="What happens if one of several `images` is refused: the product is refused, "
        "or stored without it, as long as another one is left; `refused_images` says why."
    ),
]


def manage_products_routes(service: ManageProducts) -> Router:
    """The routes of ``/products``."""
    router = new_router()

    @router.get(
        "/products",
        summary="List products",
        description="The products that meet all conditions, in an order that stays the same while "
        "products come and go. An answer takes limited time: where few products meet the "
        "conditions, it may list none and yet have a `next_cursor`.",
        operation_id="listProducts",
        tags=[contract.Topic.PRODUCTS],
        responses=_LIST,
    )
    def list_products(  # noqa: PLR0913 - one argument per query parameter
        *,
        limit: _Limit = DEFAULT_LIMIT,
        cursor: _Cursor = "",
        attribute_filters: _Filter = [],  # noqa: B006 - copied by Powertools
        sku: _SkuQuery = "",
        q: _Text = "",
        fingerprints: _Fingerprints = False,
        flagged: _Flagged = False,
    ) -> ProductsAnswer:
        wanted = ProductFilter(attribute_pairs(attribute_filters), sku or None, q)
        after = cursors.position_of(cursor) if cursor else ""
        page = service.page(wanted, after, limit, with_fingerprints=fingerprints, flagged=flagged)
        return ProductsAnswer.of(page)

    @router.put(
        "/products/<entity_id>",
        summary="Create or replace a product",
        description="Stores the product with its picture, or with up to "
        f"{MAX_IMAGES} `images`, of which the first is the main one. If one of them is refused, "
        "nothing is stored, unless it is to be left out. Sending the same product again changes "
        "nothing. With `check=true`, it is first looked for among the other products.",
        operation_id="putProduct",
        tags=[contract.Topic.PRODUCTS],
        responses=_PUT,
    )
    def put_product(
        entity_id: _EntityIdInPath,
        product: Annotated[ProductRequest, Body(openapi_examples=_PRODUCTS)],
        check: Check = False,  # noqa: FBT002 - a query parameter
        on_duplicate: OnDuplicateQuery = None,
        on_refused_image: _OnRefusedImage = OnRefusedImage.REFUSE,
    ) -> Response[ProductAnswer]:
        description = ProductDescription(
            product.sku,
            product.described(),
            product.attributes,
            leaves_out=on_refused_image is OnRefusedImage.LEAVE_OUT,
        )
        outcome, stored = service.put(entity_id, description, policy(check, on_duplicate))
        return Response(
            status_code=_STATUS[outcome],
            content_type="application/json",
            headers={"Location": f"/products/{quote(entity_id, safe='')}"},
            body=ProductAnswer.of(stored),
        )

    @router.get(
        "/products/<entity_id>",
        summary="Read a product",
        operation_id="getProduct",
        tags=[contract.Topic.PRODUCTS],
        responses=_GET,
    )
    def get_product(entity_id: _EntityIdInPath) -> ProductAnswer:
        stored = service.get(entity_id)
        return ProductAnswer.of(stored)

    @router.delete(
        "/products/<entity_id>",
        summary="Delete a product",
        description="Deletes the product. Its pictures are removed later, unless other products "
        "show them.",
        operation_id="deleteProduct",
        tags=[contract.Topic.PRODUCTS],
        responses=_DELETE,
    )
    def delete_product(entity_id: _EntityIdInPath) -> Response[None]:
        service.delete(entity_id)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    return router
