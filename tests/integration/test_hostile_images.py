"""The whole corpus of malformed and odd pictures: each is prepared or refused, in little memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from lambdas.shared.errors import ImageError
from lambdas.shared.images.preparation import prepare
from tests.image_bombs import bombs
from tests.images import hostile_images

ROOT = Path(__file__).parents[2]
MEGABYTES_ABOVE_IDLE = 300

MEASURE = """
import json, resource, sys
from lambdas.shared.errors import ImageError
from lambdas.shared.images.preparation import prepare
from tests import {module}

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

files = list({module}.{builder}())
prepare(dict(files)["warm-up.png"])
idle = peak()
answers = {{}}
for name, data in files:
    try:
        prepare(data)
        answers[name] = "prepared"
    except ImageError as error:
        answers[name] = error.code
print(json.dumps({{"idle": idle, "peak": peak(), "answers": answers}}))
"""


def _measured(module: str, builder: str) -> tuple[int, dict[str, str]]:
    """Peak memory above idle in MB of a fresh process that prepares these files, and answers."""
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", MEASURE.format(module=module, builder=builder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stderr == ""
    told = json.loads(done.stdout)
    return told["peak"] - told["idle"], told["answers"]


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


def _answer(name: str, data: bytes) -> str:
    try:
        prepared = prepare(data)
    except ImageError as refusal:
        return refusal.code
    assert prepared.whole.mode == "RGB", name
    assert min(prepared.whole.size) > 0, name
    return "prepared"


@pytest.mark.timeout(120)
def test_should_refuse_bombs_in_bounded_memory() -> None:
    megabytes, answers = _measured("image_bombs", "bombs")
    assert megabytes < MEGABYTES_ABOVE_IDLE
    assert set(answers) == {name for name, _ in bombs()}


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_should_prepare_the_largest_accepted_pictures_in_bounded_memory() -> None:
    megabytes, answers = _measured("image_bombs", "largest_accepted")
    assert set(answers.values()) == {"prepared"}
    assert megabytes < MEGABYTES_ABOVE_IDLE
