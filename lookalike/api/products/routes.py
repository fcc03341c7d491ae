"""``/products``: the entries of the catalogue, one by one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Body, Path
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse

from lookalike.api.products.models import EntityId, ProductAnswer, ProductRequest
from lookalike.api.products.service import ManageProducts, ProductDescription
from lookalike.http import contract
from lookalike.http.routing import new_router
from lookalike.storage.interfaces import PutOutcome

_EntityIdInPath = Annotated[
    EntityId, Path(description="Percent-encoded; any text but `.`, `..` and control characters.")
]
_PUT = {
    **contract.answers(
        ProductAnswer,
        "Replaced, or unchanged.",
        *contract.WITH_BODY,
        *contract.WITH_PICTURE,
        *contract.STORED,
    ),
    HTTPStatus.CREATED.value: contract.answer(ProductAnswer, "Created."),
}
_GET = contract.answers(ProductAnswer, "The stored entry.", HTTPStatus.NOT_FOUND, *contract.STORED)
_DELETE: dict[int, OpenAPIResponse] = {
    HTTPStatus.NO_CONTENT.value: {"description": "Deleted."},
    **contract.problem_answers(HTTPStatus.NOT_FOUND, *contract.STORED),
}
_STATUS = {
    PutOutcome.CREATED: HTTPStatus.CREATED,
    PutOutcome.REPLACED: HTTPStatus.OK,
    PutOutcome.UNCHANGED: HTTPStatus.OK,
}


def manage_products_routes(service: ManageProducts) -> Router:
    """The routes of ``/products``."""
    router = new_router()

    @router.put("/products/<entity_id>", summary="Create or replace a product", responses=_PUT)
    def put_product(
        entity_id: _EntityIdInPath, product: Annotated[ProductRequest, Body()]
    ) -> Response[ProductAnswer]:
        description = ProductDescription(product.sku, product.source(), product.attributes)
        outcome, stored = service.put(entity_id, description)
        return Response(
            status_code=_STATUS[outcome],
            content_type="application/json",
            headers={"Location": f"/products/{quote(entity_id, safe='')}"},
            body=ProductAnswer.of(stored.product, stored.fingerprint),
        )

    @router.get("/products/<entity_id>", summary="Show a product", responses=_GET)
    def get_product(entity_id: _EntityIdInPath) -> ProductAnswer:
        stored = service.get(entity_id)
        return ProductAnswer.of(stored.product, stored.fingerprint)

    @router.delete("/products/<entity_id>", summary="Delete a product", responses=_DELETE)
    def delete_product(entity_id: _EntityIdInPath) -> Response[None]:
        service.delete(entity_id)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    return router
