"""The folder that a job writes to, on this machine or in S3."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lookalike.extras import needs_extra

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class OutputFolder:
    """A folder whose files appear whole or not at all. It can be sent to other machines.

    Attributes:
        address: ``s3://bucket/folder``, or the path of a folder.
    """

    address: str

    def names(self, folder: str) -> set[str]:
        """The names of the files in one of its folders, which need not exist."""
        files, root = self._opened()
        from pyarrow.fs import FileSelector, FileType  # noqa: PLC0415

        found = files.get_file_info(FileSelector(f"{root}/{folder}", allow_not_found=True))
        return {each.base_name for each in found if each.type == FileType.File and _is_whole(each)}

    def put(self, name: str, content: bytes) -> None:
        """Write or replace a file. ``name`` has its folders."""
        files, root = self._opened()
        path = f"{root}/{name}"
        if files.type_name != "local":  # an object of S3 is there when it is closed
            _write(files, path, content)
            return
        files.create_dir(str(Path(path).parent), recursive=True)
        _write(files, f"{path}{_DRAFT}", content)
        files.move(f"{path}{_DRAFT}", path)

    def read(self, name: str) -> bytes:
        """The content of a file.

        Raises:
            FileNotFoundError: there is none of that name.
        """
        files, root = self._opened()
        with files.open_input_stream(f"{root}/{name}", compression=None) as file:
            content: bytes = file.read()
        return content

    def _opened(self) -> tuple[Any, str]:
        """The file system, and the path in it."""
        with needs_extra("spark"):
            from pyarrow.fs import FileSystem  # noqa: PLC0415 - takes a second

        address = self.address if "://" in self.address else Path(self.address).absolute().as_uri()
        files, root = FileSystem.from_uri(address)
        return files, root


_DRAFT = ".part"


def _is_whole(found: Any) -> bool:  # noqa: ANN401 - of pyarrow
    return not found.base_name.endswith(_DRAFT)


def _write(files: Any, path: str, content: bytes) -> None:  # noqa: ANN401 - of pyarrow
    # Otherwise pyarrow packs and unpacks what is called .gz, and so what is packed already.
    with files.open_output_stream(path, compression=None) as file:
        file.write(content)


def part_name(part: int) -> str:
    """What the files of a part are called, without what says their format."""
    return f"part-{part:05}"


def parts_of(names: Iterable[str]) -> set[int]:
    """The parts that have one of these files."""
    return {int(name[5:10]) for name in names if name.startswith("part-")}
