"""Pictures that callers put into a bucket because they are too large for a request."""

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
from lookalike.images.fetching import MAX_BYTES, ImageFetcher

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SCHEME = "upload:"
"""What the address of an upload begins with; an id of 32 hex digits follows."""
FOLDER = "uploads/"
SECONDS_TO_UPLOAD = 900

_ID = re.compile(r"[0-9a-f]{32}")
# Who may not list a bucket is told "AccessDenied" where there is no such object.
_MISSING = frozenset({"NoSuchKey", "AccessDenied"})


class Uploads:
    """The bucket of uploads.

    Args:
        client: of S3, with a regional endpoint and Signature Version 4.
        bucket: its name; its lifecycle removes uploads after a day.
    """

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def offer(self, size: int) -> tuple[str, str]:
        """Where a picture of exactly this many bytes may be put, and its address from then on.

        The address to put it to is good for ``SECONDS_TO_UPLOAD`` and carries its own permission;
        that of the picture can be guessed by nobody.
        """
        upload_id = uuid4().hex
        upload_url = self._client.generate_presigned_url(
            "put_object",
            Params={"Bucket": self._bucket, "Key": FOLDER + upload_id, "ContentLength": size},
            ExpiresIn=SECONDS_TO_UPLOAD,
        )
        return upload_url, SCHEME + upload_id

    def read(self, address: str) -> bytes:
        """The picture that was put there.

        Raises:
            UrlInvalidError: that is no address of an upload.
            ImageNotFoundError: nothing lies there (yet, or any more).
            ImageTooLargeError: more bytes than we read.
            StorageUnavailableError: the bucket does not answer.
        """
        upload_id = address.removeprefix(SCHEME)
        if not _ID.fullmatch(upload_id):
            raise UrlInvalidError(f"After {SCHEME} there have to be 32 hex digits.")
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=FOLDER + upload_id)
            if found["ContentLength"] > MAX_BYTES:
                raise ImageTooLargeError(f"The upload has more than {MAX_BYTES // 2**20} MB.")
            return found["Body"].read()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _MISSING:
                raise ImageNotFoundError(
                    "There is no such upload. PUT the picture to its upload_url first; it is kept "
                    "for a day."
                ) from error
            raise StorageUnavailableError("Uploads cannot be read at the moment.") from error
        except BotoCoreError as error:
            raise StorageUnavailableError("Uploads cannot be read at the moment.") from error


class UploadFetcher(ImageFetcher):
    """Gets uploads by their address, and everything else from the web.

    Args:
        uploads: the bucket.
        web: gets all other addresses, or refuses them.
    """

    def __init__(self, uploads: Uploads, web: ImageFetcher) -> None:
        self._uploads = uploads
        self._web = web

    def fetch(self, address: str) -> bytes:
        """The picture's bytes; see ``ImageFetcher`` for the errors."""
        if address.startswith(SCHEME):
            return self._uploads.read(address)
        return self._web.fetch(address)
