"""The files of an import in S3: the catalogue, the batches of rows that are left, failed rows.

A batch file is there as long as its rows are not settled. So what is left of an import is what a
listing shows, whatever has stopped it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from botocore.exceptions import ClientError
from pydantic import TypeAdapter

from lookalike.api.uploads.service import FOLDER, SCHEME
from lookalike.aws.imports.progress import Progress
from lookalike.aws.objects import BatchName, Objects, available, is_missing
from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.errors import BadParameterError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CATALOGUES = "catalogues/"
"""Files that callers sent in a request, by the id of their import."""
BATCHES = "batches/"
FAILED = "failed/"
PROGRESS = "progress/"
"""What is settled of batches that took too long."""
RESULTS = "results/"
"""What Step Functions writes about each batch."""
_UPLOAD = re.compile(rf"{SCHEME}([0-9a-f]{{32}})")
_ROWS = TypeAdapter(list[CatalogueRow])
_PROGRESS = TypeAdapter(Progress)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a catalogue is in S3."""

    bucket: str
    key: str


class ImportFiles:
    """The bucket of imports, and the uploads that callers name as a source.

    Args:
        client: client of S3.
        bucket: the bucket of imports.
        uploads: the bucket of uploads.
    """

    def __init__(self, client: S3Client, bucket: str, uploads: str) -> None:
        self._client = client
        self._objects = Objects(client, bucket)
        self._bucket = bucket
        self._uploads = uploads

    def keep(self, import_id: str, catalogue: bytes) -> Source:
        """Keep a catalogue that came in a request."""
        source = Source(self._bucket, CATALOGUES + import_id)
        self._objects.put(source.key, catalogue)
        return source

    def find(self, address: str) -> Source:
        """Where a catalogue is that a caller names.

        Args:
            address: ``s3://`` with the bucket of imports and a key, or that of an upload.

        Raises:
            BadParameterError: it is neither, or nothing is there.
        """
        source = self._parsed(address)
        with available():
            try:
                self._client.head_object(Bucket=source.bucket, Key=source.key)
            except ClientError as error:
                if not is_missing(error):
                    raise
                raise BadParameterError(f"There is no file at {address}.") from error
        return source

    def _parsed(self, address: str) -> Source:
        if upload := _UPLOAD.fullmatch(address):
            return Source(self._uploads, FOLDER + upload[1])
        ours = f"s3://{self._bucket}/"
        key = address.removeprefix(ours)
        if not address.startswith(ours) or not key:
            raise BadParameterError(
                f"The source of an import is a file in {ours} or an upload ({SCHEME}…), as "
                "answered by POST /uploads."
            )
        return Source(self._bucket, key)

    def download(self, source: Source, file: IO[bytes]) -> None:
        """Write a catalogue into a file."""
        with available():
            self._client.download_fileobj(source.bucket, source.key, file)

    def add(self, batch: BatchName, rows: Sequence[CatalogueRow], folder: str = BATCHES) -> None:
        """Add a batch, or replace it; one without rows is removed."""
        if rows:
            self._objects.put(batch.key(folder), _ROWS.dump_json(list(rows)))
        else:
            self.remove(batch, folder)

    def rows(self, batch: BatchName, folder: str = BATCHES) -> list[CatalogueRow] | None:
        """The rows of a batch; ``None`` if it is not there any more."""
        found = self._objects.get(batch.key(folder))
        return None if found is None else _ROWS.validate_json(found)

    def remove(self, batch: BatchName, folder: str = BATCHES) -> None:
        """Remove a batch, if it is there; one that is settled needs no progress either."""
        if folder == BATCHES:
            self._objects.remove(batch.key(PROGRESS))
        self._objects.remove(batch.key(folder))

    def progress(self, batch: BatchName) -> Progress:
        """What earlier calls have settled of a batch."""
        found = self._objects.get(batch.key(PROGRESS))
        return Progress() if found is None else _PROGRESS.validate_json(found)

    def keep_progress(self, batch: BatchName, progress: Progress) -> None:
        """Keep what is settled of a batch, in place of what was kept before."""
        if progress.rows:
            self._objects.put(batch.key(PROGRESS), _PROGRESS.dump_json(progress))

    def forget_progress(self, import_id: str) -> None:
        """Let all rows of batches that are left be loaded, whatever calls have settled of them."""
        for batch in self.batches(import_id, PROGRESS):
            self._objects.remove(batch.key(PROGRESS))

    def batches(self, import_id: str, folder: str = BATCHES) -> Iterator[BatchName]:
        """The batches that are there."""
        return self._objects.batches(f"{folder}{import_id}/")

    def rows_left(self, import_id: str) -> int:
        """The rows of all batches that are there."""
        return sum(batch.size for batch in self.batches(import_id))
