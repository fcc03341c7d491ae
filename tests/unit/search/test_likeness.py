from __future__ import annotations

import hashlib
import json
from itertools import pairwise
from pathlib import Path

import pytest

from lookalike.errors import SettingInvalidError
from lookalike.search.likeness import LikenessScale, shipped_scales
from lookalike.search.looks import LooksSearch
from lookalike.search.models.registry import Models, read_models
from lookalike.search.options import SearchOptions
from lookalike.search.ranked_pictures import RankedPictures
from tests.builders import a_product
from tests.embeddings import FAKE_MODEL, FakeNetwork, a_catalogue
from tests.fakes import a_picture_file, fake_prepare


def test_should_have_a_scale_for_the_model_that_is_used_by_default() -> None:
    """Whoever changes a number of its embeddings fits the scale anew."""
    scale = shipped_scales()[read_models().named(None).space.version]
    percentages = [scale.percentage(cosine / 10) for cosine in range(-10, 11)]
    assert all(0 <= low < high <= 100 for low, high in pairwise(percentages[8:]))
    assert percentages[-1] > 90


def test_should_have_percentages_however_steep_a_scale_is() -> None:
    """Where all that is right lies above all that is wrong, a fitted scale is hardly limited."""
    steep = LikenessScale(9000.0, -4500.0)
    assert [steep.percentage(cosine) for cosine in (-1, 0.4, 0.5, 0.6)] == [0, 0, 50, 100]
    assert LikenessScale(2.0, -1.0).percentage(1) == 73.1


def a_file(folder: Path, content: str, more: str = "") -> None:
    (folder / "own.json").write_text(content, "utf-8")
    text = f'likeness = "own.json"\n{more}\n[models.built-in]\nkind = "built-in"\ndimension = 300\n'
    (folder / "models.toml").write_text(text, "utf-8")


def scales_json(version: str) -> str:
    """As ``lookalike evaluate --search`` writes it."""
    return json.dumps({version: {"slope": 2.0, "intercept": -1.0}})


def test_should_read_the_percentages_of_own_models(tmp_path: Path) -> None:
    text = scales_json("mine-1")
    digest = hashlib.sha256(text.encode()).hexdigest()
    a_file(tmp_path, text, f'likeness_sha256 = "{digest}"')
    scales = read_models(tmp_path).scales
    assert scales["mine-1"] == LikenessScale(2.0, -1.0)
    assert shipped_scales().items() <= scales.items(), "those of this release stay"


def test_should_show_the_percentage_of_the_model_that_compares() -> None:
    scale = LikenessScale(2.0, -1.0)
    storage = a_catalogue({1: a_product(1)})
    for scales, expected in (
        ({FAKE_MODEL.space.version: scale}, scale.percentage(1.0)),
        ({}, None),
    ):
        models = Models({"fake": FAKE_MODEL}, "fake", scales)
        search = LooksSearch(RankedPictures(storage), models, FakeNetwork())
        [found] = search.by_picture(fake_prepare(a_picture_file(1)), SearchOptions()).products
        assert found.percentage == expected


@pytest.mark.parametrize(
    ("content", "more", "why"),
    [
        ("{}", f'likeness_sha256 = "{"0" * 64}"', "has the digest 44136"),
        ('{"m-1": {"slope": 2}}', "", "is no file of percentages"),
        ('{"m-1": {"slope": -2, "intercept": 1}}', "", "is no file of percentages"),
        ("no JSON", "", "is no file of percentages"),
    ],
)
def test_should_refuse_another_file(tmp_path: Path, content: str, more: str, why: str) -> None:
    a_file(tmp_path, content, more)
    with pytest.raises(SettingInvalidError, match=why):
        read_models(tmp_path)


def test_should_refuse_a_missing_file(tmp_path: Path) -> None:
    a_file(tmp_path, "{}")
    (tmp_path / "own.json").unlink()
    with pytest.raises(SettingInvalidError, match="cannot be read"):
        read_models(tmp_path)
