"""The whole corpus of malformed and odd pictures: each is prepared or refused, in little memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

import pytest

from lookalike.errors import ImageError
from lookalike.images.isolation.pool import DecodePool
from lookalike.images.preparation import PreparedPicture, prepare
from tests.image_bombs import bombs, largest_accepted
from tests.images import hostile_images

ROOT = Path(__file__).parents[2]
MEGABYTES_ABOVE_IDLE = 300

MEASURE = """
import json, pathlib, re, sys
from lookalike.errors import ImageError
from lookalike.images.preparation import prepare

def peak():
    status = pathlib.Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", status).group(1)) // 1024

folder = pathlib.Path(sys.argv[1])
prepare((folder / "warm-up.png").read_bytes())
idle = peak()
answers = {}
for path in sorted(folder.iterdir()):
    try:
        prepare(path.read_bytes())
        answers[path.name] = "prepared"
    except ImageError as error:
        answers[path.name] = error.code
print(json.dumps({"megabytes": peak() - idle, "answers": answers}))
"""


def _measured(files: Iterable[tuple[str, bytes]], folder: Path) -> tuple[int, dict[str, str]]:
    """Peak memory above idle in MB of a fresh process that prepares these files, and answers.

    The files are built here, and the peak is VmHWM: ``ru_maxrss`` of a child starts with what
    its parent held.
    """
    for name, data in files:
        (folder / name).write_bytes(data)
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", MEASURE, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stderr == ""
    told = json.loads(done.stdout)
    return told["megabytes"], told["answers"]


def test_should_hold_over_500_different_files() -> None:
    names, contents = zip(*hostile_images(), strict=True)
    assert len(set(names)) == len(names) > 500
    assert len(set(contents)) > 500


@pytest.mark.timeout(60)
def test_should_build_the_same_files_every_time() -> None:
    assert dict(hostile_images()) == dict(hostile_images())


@pytest.mark.timeout(60)
def test_should_prepare_or_refuse_every_hostile_image() -> None:
    answers = Counter(_answer(name, data) for name, data in hostile_images())
    assert answers["prepared"] > 100
    assert answers["image_corrupt"] > 300
    assert answers["image_unsupported"] > 20
    assert answers["image_too_large"] > 20
    assert answers["image_too_small"] > 10


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_should_get_the_same_answer_from_a_decoder_which_none_ends() -> None:
    with closing(DecodePool(1)) as pool:
        for name, data in hostile_images():
            assert _answer(name, data, pool.prepare) == _answer(name, data), name
    assert pool.deaths == 0


def _answer(name: str, data: bytes, prepare: Callable[[bytes], PreparedPicture] = prepare) -> str:
    try:
        prepared = prepare(data)
    except ImageError as refusal:
        return refusal.code
    assert prepared.whole.mode == "RGB", name
    assert min(prepared.whole.size) > 0, name
    return "prepared"


needs_proc = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="peak memory is read from /proc"
)


@needs_proc
@pytest.mark.timeout(120)
def test_should_refuse_bombs_in_bounded_memory(tmp_path: Path) -> None:
    megabytes, answers = _measured(bombs(), tmp_path)
    assert megabytes < MEGABYTES_ABOVE_IDLE
    assert set(answers) == {name for name, _ in bombs()}


@needs_proc
@pytest.mark.slow
@pytest.mark.timeout(180)
def test_should_prepare_the_largest_accepted_pictures_in_bounded_memory(tmp_path: Path) -> None:
    megabytes, answers = _measured(largest_accepted(), tmp_path)
    assert set(answers.values()) == {"prepared"}
    assert 100 < megabytes < MEGABYTES_ABOVE_IDLE  # less would mean that nothing is measured
