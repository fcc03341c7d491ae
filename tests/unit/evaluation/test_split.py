"""Nothing is reported on pictures that it was fitted on, and the split never changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.evaluation.catalogues import Entry, read_catalogues
from lookalike.evaluation.split import Half, assigned_half, fitting_half

CATALOGUE = """entity_id,sku,image_url,category
1,shirt-2,photos/1.jpg,Shirt
2,shirt-2,photos/2.jpg,Shirt
3,shirt-1,photos/3.jpg,Shirt
4,hat,,Hat
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """Three pictures of two styles, one in each half, and a row without a picture."""
    path = tmp_path / "shop.csv"
    path.write_text(CATALOGUE, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("style", "half"),
    [
        ("shirt-1", Half.REPORT),
        ("shirt-2", Half.FIT),
        ("shirt-3", Half.REPORT),
        ("", Half.FIT),
        ("Ä", Half.FIT),
    ],
)
def test_should_never_move_a_style_to_the_other_side(style: str, half: Half) -> None:
    assert assigned_half(style) is half


@given(st.text(min_size=1), st.lists(st.text(min_size=1), min_size=2, max_size=9, unique=True))
def test_should_put_every_picture_of_a_style_on_one_side(style: str, names: list[str]) -> None:
    entries = [Entry(name, "shop", f"shop:{style}", Path(name)) for name in names]
    assert len({assigned_half(entry.style) for entry in entries}) == 1


def test_should_split_into_about_equal_halves() -> None:
    fit = sum(assigned_half(f"style {number}") is Half.FIT for number in range(2000))
    assert 900 < fit < 1100


def test_should_fit_on_whole_styles_of_one_side(
    catalogue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [entry.entity_id for entry in fitting_half([catalogue])] == ["1", "2"]
    assert "shop row 5" in capsys.readouterr().out


def test_should_split_independently_of_the_name_of_the_catalogue(
    catalogue: Path, tmp_path: Path
) -> None:
    """The domain is not part of the style, so renaming a file moves no picture."""
    renamed = tmp_path / "other.csv"
    renamed.write_text(CATALOGUE, encoding="utf-8")
    entries, _ = read_catalogues([catalogue, renamed], None, tmp_path)
    halves = [assigned_half(entry.style) for entry in entries]
    assert halves[:3] == halves[3:]
