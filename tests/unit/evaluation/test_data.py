"""Nothing that is fitted is reported on, and the split between the two never moves."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.evaluation.data import Half, half_of, read_samples

CATALOGUE = """entity_id,sku,image_url,category
1,shirt-7,photos/1.jpg,Shirt
2,shirt-7,photos/2.jpg,Shirt
3,,photos/3.jpg,Hat
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """Three pictures of two styles."""
    path = tmp_path / "shop.csv"
    path.write_text(CATALOGUE, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("group", "half"),
    [
        ("shirt-1", Half.REPORT),
        ("shirt-2", Half.FIT),
        ("shirt-3", Half.REPORT),
        ("", Half.FIT),
        ("Ä", Half.FIT),
    ],
)
def test_should_never_move_a_group_to_the_other_side(group: str, half: Half) -> None:
    assert half_of(group) is half


@given(st.text())
def test_should_put_every_group_on_one_side(group: str) -> None:
    assert half_of(group) is half_of(group)
    assert half_of(group) in set(Half)


def test_should_split_into_about_equal_halves() -> None:
    fit = sum(half_of(f"group {number}") is Half.FIT for number in range(2000))
    assert 900 < fit < 1100


def test_should_read_the_pictures_of_a_catalogue(catalogue: Path) -> None:
    samples = read_samples(catalogue)
    assert [sample.path for sample in samples] == [
        catalogue.parent / "photos" / f"{number}.jpg" for number in (1, 2, 3)
    ]
    assert {sample.domain for sample in samples} == {"shop"}
    assert [sample.group for sample in samples] == ["shirt-7", "shirt-7", "3"]


def test_should_keep_pictures_of_one_style_on_one_side(catalogue: Path) -> None:
    first, second, _ = read_samples(catalogue)
    assert first.half is second.half is half_of("shirt-7")


def test_should_find_every_picture_of_the_sample_catalogue(
    sample_pictures: tuple[Path, ...],
) -> None:
    samples = read_samples(sample_pictures[0].parent.parent / "catalogue.csv")
    assert {sample.path.name for sample in samples} == {path.name for path in sample_pictures}
