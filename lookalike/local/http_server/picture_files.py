"""``/pictures/…``: serves the pictures of a local catalogue to the web page and to the curious."""

from __future__ import annotations

from http import HTTPStatus
from io import BytesIO
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import Request, Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from PIL import Image

from lookalike.errors import ImageNotFoundError, ImageUnsupportedError
from lookalike.http.problems import UnknownPathError
from lookalike.http.routing import new_router
from lookalike.images.containers.registry import is_picture
from lookalike.images.fetching.folder import FolderFetcher

PREFIX = "/pictures/"


def picture_file_routes(folder: FolderFetcher) -> Router:
    """Build the route ``/pictures/{path}``, which serves only pictures below the folder."""
    router = new_router()

    # Not validated: Powertools would serialise the bytes as JSON text.
    @router.get(f"{PREFIX}.+", include_in_schema=False, enable_validation=False)
    def get_picture(request: Request) -> Response[bytes]:
        path = request.resolved_event.path
        try:
            content = folder.fetch(unquote(path.removeprefix(PREFIX)))
        except ImageNotFoundError as error:
            raise UnknownPathError(f"There is nothing at {path}.") from error
        return Response(HTTPStatus.OK.value, _media_type(content), content)

    return router


def _media_type(content: bytes) -> str:
    """The media type of a file in a format that is read elsewhere, too: no PostScript, no PDF."""
    if not is_picture(content):
        raise ImageUnsupportedError("The file is in no format that is checked here.")
    try:
        with Image.open(BytesIO(content)) as picture:
            return picture.get_format_mimetype() or "application/octet-stream"
    except Exception as error:  # Pillow throws anything at hostile bytes, as when it decodes them
        raise ImageUnsupportedError("The file is not a picture.") from error
