"""The route ``/thumbnails``."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Query

from lookalike.api.fingerprint_id import FingerprintId
from lookalike.api.thumbnails.models import ThumbnailAnswer, ThumbnailsAnswer
from lookalike.api.thumbnails.service import Thumbnails
from lookalike.http import contract
from lookalike.http.routing import new_router
from lookalike.storage.interfaces import PictureStore

MAX_THUMBNAILS = 50
"""Of one answer."""
_UNCHANGING = "private, max-age=86400, immutable"
"""A picture never changes, but may be deleted: a day later, no browser shows it any more."""
_INCOMPLETE = "no-store"
"""What is missing may be registered at any time."""

_GET = contract.answers(ThumbnailsAnswer, "Those of the pictures that are stored.")
_Ids = Annotated[
    list[FingerprintId],
    Query(
        alias="id",
        min_length=1,
        max_length=MAX_THUMBNAILS,
        description="The `fingerprint_id` of a picture, as matches, products and groups have it; "
        "repeatable. Those that are not stored are left out of the answer.",
    ),
]


def thumbnails_routes(
    pictures: PictureStore, permit: Callable[[], AbstractContextManager[None]] = nullcontext
) -> Router:
    """The route ``/thumbnails``.

    Args:
        pictures: that are stored.
        permit: within which small ones are made of them.
    """
    router, thumbnails = new_router(), Thumbnails(pictures, permit)

    @router.get(
        "/thumbnails",
        summary="Read small pictures of what is stored",
        description="For pictures that have no address, or one that cannot be shown. They are made "
        "of what is stored of each picture, so its file is not needed.",
        operation_id="getThumbnails",
        tags=[contract.Topic.PRODUCTS],
        responses=_GET,
    )
    def get_thumbnails(ids: _Ids) -> Response[ThumbnailsAnswer]:
        found = thumbnails.data_uris(ids)
        listed = [ThumbnailAnswer(fingerprint_id=name, data_uri=uri) for name, uri in found.items()]
        is_complete = found.keys() == set(ids)
        return Response(
            status_code=HTTPStatus.OK,
            content_type="application/json",
            headers={
                "Cache-Control": _UNCHANGING if is_complete else _INCOMPLETE,
                "Vary": "x-api-key",
            },
            body=ThumbnailsAnswer(thumbnails=listed),
        )

    return router
