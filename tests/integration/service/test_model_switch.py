"""Searches by looks go on while another model embeds the catalogue, and then takes over."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pytest

from lookalike.search.models.registry import read_models
from tests.integration.processes import SAMPLE, Service, serving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PHOTOS = sorted((SAMPLE / "photos").glob("*.jpg"))[:160]
CALLERS = 8
ANSWERS_AFTER = 5
"""How many answers of the new model each caller waits for."""
PATIENCE = 180
"""Seconds after which a caller gives up; nothing should come near."""
MODELS = """
default = "other"

[models.built-in]
kind = "built-in"

[models.other]
kind = "built-in"
dimension = 704
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that a caller got.

    Attributes:
        status: of the answer.
        version: of the model that compared the pictures; empty where there was a problem.
        is_first: whether the product of the picture came first.
        seconds: from the request to the answer.
    """

    status: int
    version: str
    is_first: bool
    seconds: float


def asked(service: Service, photo: Path) -> Answer:
    """Search with the photograph of a product."""
    start = time.monotonic()
    done = service.request("POST", "/search?top=3", data=photo.read_bytes())
    seconds = time.monotonic() - start
    if not done.ok:
        return Answer(done.status_code, "", is_first=False, seconds=seconds)
    answer = done.json()
    first = [each["entity_id"] for each in answer["products"]][:1]
    return Answer(done.status_code, answer["model"]["version"], first == [photo.stem], seconds)


def asking(service: Service, photos: Sequence[Path], new: str) -> Iterator[Answer]:
    """Ask one question after the other, until the new model has answered some."""
    deadline, left = time.monotonic() + PATIENCE, ANSWERS_AFTER
    while left and time.monotonic() < deadline:
        for photo in photos:
            answer = asked(service, photo)
            left -= answer.version == new
            yield answer
            if not left:
                return


@pytest.fixture
def switching(loaded_data: Path, tmp_path: Path) -> Path:
    """A folder that was embedded by the built-in model, and is to be searched with another one."""
    data = tmp_path / "data"
    shutil.copytree(loaded_data, data)
    (data / "models.toml").write_text(MODELS, encoding="utf-8")
    return data


def test_should_answer_every_search_while_another_model_takes_over(switching: Path) -> None:
    models = read_models(switching)
    old, new = (models.named(name).space.version for name in ("built-in", "other"))
    with serving(switching) as service, ThreadPoolExecutor(CALLERS) as callers:
        parts = [PHOTOS[number::CALLERS] for number in range(CALLERS)]
        answers = list(callers.map(lambda part: list(asking(service, part, new)), parts))
    assert {each.status for caller in answers for each in caller} == {200}
    assert all(each.is_first for caller in answers for each in caller)
    for caller in answers:
        assert [version for version, _ in groupby(caller, lambda each: each.version)] == [old, new]
