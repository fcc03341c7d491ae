"""The route ``/uploads``."""

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
    HTTPStatus.CREATED.value: contract.answer(UploadAnswer, "The addresses of the upload."),
    **contract.problem_answers(*contract.WITH_BODY),
}


def manage_uploads_routes(uploads: Uploads) -> Router:
    """The route ``/uploads``."""
    router = new_router()

    @router.post(
        "/uploads",
        summary="Prepare the upload of a large picture or catalogue",
        description="A request may contain pictures of about 4 MB. PUT a larger one (of up to "
        "20 MiB) to the `upload_url` of the answer, and use its `image_url` (`upload:…`) in place "
        "of a web address. So with a catalogue, which is then the `source` of POST /imports.",
        operation_id="createUpload",
        tags=[contract.Topic.UPLOADS],
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
