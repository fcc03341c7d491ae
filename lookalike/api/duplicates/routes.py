"""The routes of ``/duplicates``."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import Field

from lookalike.api.duplicates.models import DuplicatesAnswer, GroupsAnswer
from lookalike.api.duplicates.service import FindDuplicates
from lookalike.duplicates.grouping import MIN_LEAST
from lookalike.duplicates.keeping import Keep
from lookalike.http import contract
from lookalike.http.routing import new_router
from lookalike.matching.check_limits import MAX_PERCENTAGE

MAX_GROUPS = 500
"""Groups that a page may have."""

_MinMatch = Annotated[
    Annotated[float, Field(ge=100 * MIN_LEAST, le=MAX_PERCENTAGE, allow_inf_nan=False)],
    Query(description="Percentage from which two pictures are linked, 50 or more."),
]
_Keep = Annotated[
    list[Keep],
    Query(
        max_length=len(Keep),
        description=f"What decides which product of a group to keep: {', '.join(Keep)}. "
        "Repeatable, most important first; those that are not named decide between equals.",
    ),
]
_RunId = Annotated[str, Path(description="The `id` in the answer of POST /duplicates.")]
_START = {
    HTTPStatus.ACCEPTED.value: contract.answer(
        DuplicatesAnswer, "The search has begun; `Location` has its path."
    ),
    **contract.problem_answers(),
}
_GET = contract.answers(DuplicatesAnswer, "The progress of the search.", HTTPStatus.NOT_FOUND)
_GROUPS = contract.answers(GroupsAnswer, "A page of groups.", HTTPStatus.NOT_FOUND)


def find_duplicates_routes(service: FindDuplicates) -> Router:
    """The routes of ``/duplicates``."""
    router = new_router()

    @router.post(
        "/duplicates",
        summary="Find all duplicates of the catalogue",
        description="Begins to compare all pictures of the catalogue that were not compared yet, "
        "and to group the products of those that show one photograph. Nothing is changed or "
        "deleted.",
        operation_id="startDuplicates",
        tags=[contract.Topic.DUPLICATES],
        responses=_START,
    )
    def start_duplicates(
        min_match: _MinMatch = 50.0,
        keep: _Keep = [],  # noqa: B006 - Powertools copies it
    ) -> Response[DuplicatesAnswer]:
        progress = service.start(min_match, keep)
        return Response(
            status_code=HTTPStatus.ACCEPTED,
            content_type="application/json",
            headers={"Location": f"/duplicates/{progress.run.run_id}"},
            body=DuplicatesAnswer.of(progress),
        )

    @router.get(
        "/duplicates/<run_id>",
        summary="Read the progress of a search for duplicates",
        operation_id="getDuplicates",
        tags=[contract.Topic.DUPLICATES],
        responses=_GET,
    )
    def get_duplicates(run_id: _RunId) -> DuplicatesAnswer:
        return DuplicatesAnswer.of(service.get(run_id))

    @router.delete(
        "/duplicates/<run_id>",
        summary="Stop a search for duplicates",
        description="What was compared is kept: the next search goes on from there. A search that "
        "has ended stays as it is.",
        operation_id="cancelDuplicates",
        tags=[contract.Topic.DUPLICATES],
        responses=_GET,
    )
    def cancel_duplicates(run_id: _RunId) -> DuplicatesAnswer:
        return DuplicatesAnswer.of(service.cancel(run_id))

    @router.get(
        "/duplicates/<run_id>/groups",
        summary="List the groups that a search has found",
        description="Groups of linked pictures, the largest first, and then products that share "
        "one picture. There are none before the search is done.",
        operation_id="listDuplicateGroups",
        tags=[contract.Topic.DUPLICATES],
        responses=_GROUPS,
    )
    def get_groups(
        run_id: _RunId,
        cursor: Annotated[str, Query(description="The `next_cursor` of the page before.")] = "",
        limit: Annotated[
            Annotated[int, Field(ge=1, le=MAX_GROUPS)],
            Query(description="The maximum number of groups in the answer."),
        ] = 100,
        thumbnails: Annotated[  # noqa: FBT002 - a query parameter
            bool, Query(description="Whether small pictures are sent along.")
        ] = False,
        undecided: Annotated[  # noqa: FBT002 - a query parameter
            bool,
            Query(
                description="Only groups in which something is left to decide. A page may then be "
                "short or empty and yet have a `next_cursor`."
            ),
        ] = False,
    ) -> GroupsAnswer:
        return GroupsAnswer.of(
            service.groups(run_id, cursor, limit, thumbnails=thumbnails, undecided=undecided)
        )

    return router
