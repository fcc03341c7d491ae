"""Uploads pictures that are too large for a request to a deployed service."""

from __future__ import annotations

from lookalike.api.uploads.models import UploadAnswer
from lookalike.cli.remote.connection import Connection
from lookalike.cli.remote.errors import RemoteRefusedError
from lookalike.http.pictures import PictureSource
from lookalike.images.limits import MAX_BYTES

MAX_SENT_BYTES = 4 * 2**20
"""Bytes of the pictures of one request. They travel in base64, and a Lambda takes requests of 6 MB:
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


class RemoteUploads:
    """Uploads large pictures for a deployed service; a service on one machine takes them directly.

    Args:
        connection: to the service.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._are_taken = True

    def sendable(self, picture: PictureSource, most: int = MAX_SENT_BYTES) -> PictureSource:
        """Return what a request may hold: the picture itself, or the address of its upload.

        Args:
            picture: any.
            most: bytes that the request has for it.

        Raises:
            RemoteRefusedError: the service or the upload is refused.
            RemoteUnavailableError: one of them is away.
        """
        if isinstance(picture, str) or not most < len(picture) <= MAX_BYTES:
            return picture
        place = self._place(len(picture)) if self._are_taken else None
        if place is None:
            return picture
        self._connection.put(place.upload_url, picture)
        return place.image_url

    def _place(self, size: int) -> UploadAnswer | None:
        """Ask where to upload so many bytes; ``None`` if the service has no such route."""
        try:
            answer = self._connection.call("POST", "/uploads", json={"bytes": size})
        except RemoteRefusedError as error:
            if error.reason != "unknown_path":
                raise
            self._are_taken = False
            return None
        return self._connection.read(UploadAnswer, answer)
