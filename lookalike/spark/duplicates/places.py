"""Where a search keeps what it has done, and how it is written."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter

from lookalike.duplicates.comparison import recipe
from lookalike.matching.calibration import Calibration
from lookalike.spark.output_folder import OutputFolder, parts_of
from lookalike.spark.part_import import FINGERPRINTS
from lookalike.storage.duplicates import PictureLink

_SUFFIX = ".json.gz"


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of a batch.

    Attributes:
        links: that were found.
        unfinished: pictures that are to be compared with all of their candidates.
    """

    links: list[PictureLink]
    unfinished: list[str]


_COMPARED = TypeAdapter(Compared)


@dataclass(frozen=True, slots=True)
class Places:
    """The files of a search, below a folder for all that decides about links.

    Attributes:
        output: of the backfill.
        calibration: of the classifier.
    """

    output: OutputFolder
    calibration: Calibration

    def folder(self, name: str) -> str:
        """A folder of the search."""
        digest = sha256(recipe(self.calibration).encode()).hexdigest()[:16]
        return f"duplicates/{digest}/{name}"

    @property
    def parts(self) -> list[int]:
        """The parts that are fingerprinted."""
        return sorted(parts_of(self.output.names(FINGERPRINTS)))

    def done(self, folder: str) -> set[int]:
        """The parts that have a file in a folder of the search."""
        return parts_of(self.output.names(self.folder(folder)))

    def put(self, folder: str, name: str, value: Any) -> None:  # noqa: ANN401 - JSON
        """Write what JSON can say."""
        content = gzip.compress(json.dumps(value).encode(), mtime=0)
        self.output.put(f"{self.folder(folder)}/{name}{_SUFFIX}", content)

    def get(self, folder: str, name: str) -> Any:  # noqa: ANN401 - JSON
        """Read it again.

        Raises:
            FileNotFoundError: there is none.
        """
        return json.loads(gzip.decompress(self._read(folder, name)))

    def names(self, folder: str) -> set[str]:
        """The names in a folder, without what says their format."""
        found = self.output.names(self.folder(folder))
        return {name.removesuffix(_SUFFIX) for name in found}

    def put_compared(self, folder: str, name: str, compared: Compared) -> None:
        """Keep what came of a batch."""
        content = gzip.compress(_COMPARED.dump_json(compared), mtime=0)
        self.output.put(f"{self.folder(folder)}/{name}{_SUFFIX}", content)

    def compared(self, folder: str, name: str) -> Compared:
        """What came of a batch."""
        return _COMPARED.validate_json(gzip.decompress(self._read(folder, name)))

    def _read(self, folder: str, name: str) -> bytes:
        return self.output.read(f"{self.folder(folder)}/{name}{_SUFFIX}")
