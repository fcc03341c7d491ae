"""Picture files that once broke something, or that are refused in ways of their own.

``python -m tests.fuzz_corpus`` builds the corpus anew. It is kept in a folder for each code of a
refusal (``prepared``: a picture), so that a file that is answered in another way is noticed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings

from lookalike.errors import ImageError
from lookalike.images.preparation import prepare
from tests.image_bombs import bombs
from tests.image_chunks import damaged_structures
from tests.image_fuzzing import FAMILIES, damaged
from tests.images import every_format

CORPUS = Path(__file__).parent / "corpus"
PREPARED = "prepared"
MAX_FILE_BYTES = 6_000
MAX_BYTES = 300_000
"""Of all files."""
EXAMPLES = 800
"""Files that are built of each format."""

_NUMBERS = re.compile(r"\d+")


def corpus() -> Iterator[tuple[str, Path]]:
    """Each file, and the code of what it is answered with."""
    for path in sorted(CORPUS.glob("*/*")):
        yield path.parent.name, path


def seeds() -> list[bytes]:
    """The contents of all files."""
    return [path.read_bytes() for _, path in corpus()]


def code_of(data: bytes) -> str:
    """The code of what a file is answered with."""
    return _answer(data)[0]


def main() -> None:
    """Keep the smallest file of each answer, numbers in its sentence apart."""
    smallest: dict[tuple[str, str, str], bytes] = {}
    for family, data in _candidates():
        if len(data) > MAX_FILE_BYTES:
            continue
        key = (family, *_answer(data))
        if len(data) < len(smallest.get(key, data + b"\0")):
            smallest[key] = data
    for (family, code, _), data in smallest.items():
        folder = CORPUS / code
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{family}-{hashlib.sha256(data).hexdigest()[:8]}").write_bytes(data)
    print(f"{len(smallest)} files, {sum(map(len, smallest.values())):,} bytes.")


def _candidates() -> Iterator[tuple[str, bytes]]:
    for name, data in (*bombs(), *damaged_structures(every_format())):
        yield Path(name).suffix.removeprefix(".") or "other", data
    for family in FAMILIES:
        yield from ((family, data) for data in _built(family))


def _built(family: str) -> list[bytes]:
    """Files of a format, the same ones at each time."""
    files = []

    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=damaged(FAMILIES[family]))
    def keep(data: bytes) -> None:
        if len(data) <= MAX_FILE_BYTES:
            files.append(data)

    keep()
    return files


def _answer(data: bytes) -> tuple[str, str]:
    try:
        prepare(data)
    except ImageError as error:
        return error.code, _NUMBERS.sub("0", error.detail)
    return PREPARED, ""


if __name__ == "__main__":
    main()
