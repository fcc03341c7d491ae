"""``/uploads``: places for pictures that are too large for a request."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Body

from lookalike.api.uploads.models import UploadAnswer, UploadRequest
from lookalike.api.uploads.service import SECONDS_TO_UPLOAD, Uploads
from lookalike.http import contract
from lookalike.http.routing import new_router

_CREATED = {
    HTTPStatus.CREATED.value: contract.answer(UploadAnswer, "A place for the picture."),
    **contract.problem_answers(*contract.WITH_BODY, *contract.STORED),
}


def manage_uploads_routes(uploads: Uploads) -> Router:
    """The route ``/uploads``."""
    router = new_router()

    @router.post(
        "/uploads",
        summary="Get a place for a large picture",
        description="A request holds pictures of up to about 4 MB. Put a larger one (up to 20 MiB) "
        "to the `upload_url` of the answer, then give its `image_url` (`upload:…`) wherever an "
        "`image_url` is taken.",
        responses=_CREATED,
    )
    def create_upload(upload: Annotated[UploadRequest, Body()]) -> Response[UploadAnswer]:
        upload_url, image_url = uploads.offer(upload.bytes)
        answer = UploadAnswer(
            upload_url=upload_url, expires_in=SECONDS_TO_UPLOAD, image_url=image_url
        )
        return Response(
            status_code=HTTPStatus.CREATED, content_type="application/json", body=answer
        )

    return router
