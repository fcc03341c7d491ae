"""The routes of ``/decisions``."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.models import Example
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from pydantic import Field, StringConstraints

from lookalike.api.decisions.models import (
    DecisionAnswer,
    DecisionId,
    DecisionRequest,
    DecisionsAnswer,
)
from lookalike.api.decisions.service import Decide
from lookalike.catalogue.product_limits import MAX_ENTITY_ID_LENGTH
from lookalike.decisions import DecisionKind
from lookalike.http import contract, cursors, examples
from lookalike.http.routing import new_router
from lookalike.storage.decisions import DEFAULT_LIMIT, DecisionFilter

MAX_LIMIT = 1_000
"""Decisions that one answer may list."""
_PUT = {
    **contract.answers(
        DecisionAnswer,
        "The decision that stands: replaced, or as it was.",
        *contract.WITH_BODY,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.CONFLICT,
    ),
    HTTPStatus.CREATED.value: contract.answer(DecisionAnswer, "The first decision about them."),
}
_LIST = contract.answers(DecisionsAnswer, "A page of decisions.")
_DELETE: dict[int, OpenAPIResponse] = {
    HTTPStatus.NO_CONTENT.value: contract.empty_answer("The decision is undone."),
    **contract.problem_answers(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
}
_EXAMPLES = {
    "another": Example(
        summary="Two products of the sample that are no duplicates",
        value={
            "a": examples.ENTITY_ID,
            "b": examples.ANOTHER_ENTITY_ID,
            "decision": "not_duplicate",
            "note": "Another print.",
            "by": "Ada",
        },
    )
}
_Cursor = Annotated[
    Annotated[str, StringConstraints(max_length=cursors.MAX_LENGTH)],
    Query(description="The `next_cursor` of the page before; empty for the first page."),
]
_Limit = Annotated[
    Annotated[int, Field(ge=1, le=MAX_LIMIT)],
    Query(description="The maximum number of decisions in the answer."),
]
_EntityId = Annotated[
    Annotated[str, StringConstraints(max_length=MAX_ENTITY_ID_LENGTH)],
    Query(description="One of the two products."),
]
_Kind = Annotated[DecisionKind | None, Query(description="What is decided.")]
_Id = Annotated[DecisionId, Path(description="The `id` of the decision that you saw.")]


def decide_routes(service: Decide) -> Router:
    """The routes of ``/decisions``."""
    router = new_router()

    @router.put(
        "/decisions",
        summary="Decide about two products",
        description="Keeps what somebody has decided, whichever product is named first. Checks and "
        "searches for duplicates respect it as long as both products show the pictures that they "
        "show now. Saying the same again changes nothing; whoever decides otherwise names the "
        "decision that is replaced, or is refused (409).",
        operation_id="putDecision",
        tags=[contract.Topic.DECISIONS],
        responses=_PUT,
    )
    def put_decision(
        decision: Annotated[DecisionRequest, Body(openapi_examples=_EXAMPLES)],
    ) -> Response[DecisionAnswer]:
        stands, is_new = service.put(decision.new)
        return Response(
            status_code=HTTPStatus.CREATED if is_new else HTTPStatus.OK,
            content_type="application/json",
            body=DecisionAnswer.of(service.listed(stands)),
        )

    @router.get(
        "/decisions",
        summary="List decisions",
        description="The decisions that meet all conditions, in an order that stays the same "
        "while others are made.",
        operation_id="listDecisions",
        tags=[contract.Topic.DECISIONS],
        responses=_LIST,
    )
    def list_decisions(
        *,
        limit: _Limit = DEFAULT_LIMIT,
        cursor: _Cursor = "",
        entity_id: _EntityId = "",
        decision: _Kind = None,
    ) -> DecisionsAnswer:
        wanted = DecisionFilter(entity_id or None, decision)
        after = cursors.position_of(cursor) if cursor else ""
        return DecisionsAnswer.of(service.page(wanted, after, limit))

    @router.delete(
        "/decisions/<decision_id>",
        summary="Undo a decision",
        description="Undoes the decision of this id. Where another one has replaced it, that one "
        "stays, and the answer is 409.",
        operation_id="deleteDecision",
        tags=[contract.Topic.DECISIONS],
        responses=_DELETE,
    )
    def delete_decision(decision_id: _Id) -> Response[None]:
        service.delete(decision_id)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    return router
