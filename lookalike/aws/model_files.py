"""Files of models: objects of a bucket, which a function fetches into its scratch folder."""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from lookalike.errors import SettingInvalidError
from lookalike.search.models.errors import ModelAwayError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FOLDER = Path(tempfile.gettempdir(), "lookalike-models")
"""What a function writes there stays as long as the machine that it runs on."""


class ModelFiles:
    """The files of models, each of which is fetched once.

    A file has its name only once it is whole and has its digest. What an interrupted download
    leaves is overwritten by the next one.

    Args:
        connect: returns a client of S3; called for each file, so that no connection outlives a
            snapshot.
        bucket: name of the bucket.
        folder: where files are kept.
    """

    def __init__(self, connect: Callable[[], S3Client], bucket: str, folder: Path) -> None:
        self._connect = connect
        self._bucket = bucket
        self._folder = folder
        self._lock = threading.Lock()

    def fetched(self, key: str, sha256: str) -> Path:
        """The path of a file, which is fetched unless it is there.

        Args:
            key: of the object.
            sha256: of the content, in hexadecimal digits.

        Raises:
            ModelAwayError: S3 does not answer, or refuses.
            SettingInvalidError: the object has another digest.
        """
        path = self._folder / sha256
        with self._lock:
            if not path.exists():
                self._fetch(key, sha256, path)
        return path

    def _fetch(self, key: str, sha256: str, path: Path) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        try:
            self._download(key, draft)
            _require_digest(key, draft, sha256)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    def _download(self, key: str, draft: Path) -> None:
        try:
            with draft.open("wb") as file:
                self._connect().download_fileobj(self._bucket, key, file)
        except (Boto3Error, BotoCoreError, ClientError, OSError) as error:
            message = f"The file {key} of a model cannot be fetched now: {error}"
            raise ModelAwayError(message) from error


def _require_digest(key: str, path: Path, sha256: str) -> None:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != sha256:
        raise SettingInvalidError(
            f"The file {key} in S3 has the digest {digest}, and models.toml says {sha256}."
        )
