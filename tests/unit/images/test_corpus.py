"""Files that are kept because of what they are answered with are answered so for ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz_corpus import MAX_BYTES, PREPARED, code_of, corpus
from tests.image_fuzzing import check

FILES = list(corpus())


@pytest.mark.parametrize(("code", "path"), FILES, ids=[f"{c}/{path.name}" for c, path in FILES])
def test_should_answer_a_file_of_the_corpus_as_before(code: str, path: Path) -> None:
    data = path.read_bytes()
    assert check(data) == (code == PREPARED)
    assert code_of(data) == code


def test_should_keep_few_files_of_every_answer() -> None:
    assert sum(path.stat().st_size for _, path in FILES) <= MAX_BYTES
    assert {code for code, _ in FILES} == {
        "image_corrupt",
        "image_too_large",
        "image_too_small",
        "image_unsupported",
        PREPARED,
    }
