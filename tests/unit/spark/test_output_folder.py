"""Files of a job hold what was written, on this machine and elsewhere."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from pyarrow.fs import LocalFileSystem, SubTreeFileSystem
from typing_extensions import override

from lookalike.spark.output_folder import OutputFolder

PACKED = gzip.compress(b"{}", mtime=0)


class Elsewhere(OutputFolder):
    """A folder that is not on this machine's own file system, as those of S3."""

    @override
    def _opened(self) -> tuple[Any, str]:
        return SubTreeFileSystem(self.address, LocalFileSystem()), "output"


@pytest.mark.parametrize("kind", [OutputFolder, Elsewhere])
def test_should_neither_pack_nor_unpack(kind: type[OutputFolder], tmp_path: Path) -> None:
    """By its name, pyarrow takes a file for one that it is to pack: DynamoDB imports no such."""
    (tmp_path / "output").mkdir()
    folder = kind(str(tmp_path))
    folder.put("items.json.gz", PACKED)
    [written] = tmp_path.rglob("items.json.gz")
    assert written.read_bytes() == PACKED
    assert folder.read("items.json.gz") == PACKED
