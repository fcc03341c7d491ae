"""Pictures that callers upload to a bucket because they are too large for a request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from lookalike.errors import (
    ImageNotFoundError,
    ImageTooLargeError,
    StorageUnavailableError,
    UrlInvalidError,
)
from lookalike.images.fetching.fetcher import ImageFetcher
from lookalike.images.limits import MAX_BYTES

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SCHEME = "upload:"
"""The beginning of the address of an upload; an id of 32 hex digits follows."""
FOLDER = "uploads/"
SECONDS_TO_UPLOAD = 900

_UNAVAILABLE = "Uploads cannot be read at the moment. Try again later."
_ID = re.compile(r"[0-9a-f]{32}")
# S3 answers "AccessDenied" for a missing object if the caller may not list the bucket.
_MISSING = frozenset({"NoSuchKey", "AccessDenied"})


class Uploads:
    """The bucket of uploads.

    Args:
        client: client of S3 with a regional endpoint and Signature Version 4.
        bucket: name of the bucket, whose lifecycle removes uploads after a day.
    """

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def offer(self, size: int) -> tuple[str, str]:
        """The address to upload a picture of ``size`` bytes to, and its address afterwards.

        The first one contains its permission and expires after ``SECONDS_TO_UPLOAD``; the second
        one cannot be guessed.
        """
        upload_id = uuid4().hex
        upload_url = self._client.generate_presigned_url(
            "put_object",
            Params={"Bucket": self._bucket, "Key": FOLDER + upload_id, "ContentLength": size},
            ExpiresIn=SECONDS_TO_UPLOAD,
        )
        return upload_url, SCHEME + upload_id

    def read(self, address: str) -> bytes:
        """The bytes of an uploaded picture.

        Raises:
            UrlInvalidError: the address is not that of an upload.
            ImageNotFoundError: the picture is not uploaded yet, or has expired.
            ImageTooLargeError: the picture has more bytes than we read.
            StorageUnavailableError: the bucket does not answer.
        """
        upload_id = address.removeprefix(SCHEME)
        if not _ID.fullmatch(upload_id):
            raise UrlInvalidError(
                f"The address of an upload must be {SCHEME} with 32 hex digits, as answered by "
                "POST /uploads."
            )
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=FOLDER + upload_id)
            if found["ContentLength"] > MAX_BYTES:
                raise ImageTooLargeError(
                    f"The uploaded picture has more than {MAX_BYTES // 2**20} MB."
                )
            return found["Body"].read()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _MISSING:
                raise ImageNotFoundError(
                    "There is no such upload. PUT the picture to its upload_url first. It is kept "
                    "for a day."
                ) from error
            raise StorageUnavailableError(_UNAVAILABLE) from error
        except BotoCoreError as error:
            raise StorageUnavailableError(_UNAVAILABLE) from error


class UploadFetcher(ImageFetcher):
    """Reads uploads from the bucket, and everything else from the web.

    Args:
        uploads: the bucket.
        web: fetches all other addresses, or refuses them.
    """

    def __init__(self, uploads: Uploads, web: ImageFetcher) -> None:
        self._uploads = uploads
        self._web = web

    def fetch(self, address: str) -> bytes:
        """The picture's bytes; see ``ImageFetcher`` for the errors."""
        if address.startswith(SCHEME):
            return self._uploads.read(address)
        return self._web.fetch(address)
