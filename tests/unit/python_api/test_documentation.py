"""The examples of the documentation do what they say."""

from __future__ import annotations

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from PIL import Image, ImageOps

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "python-api.md"
PHOTOS = sorted((ROOT / "sample" / "photos").glob("*.jpg"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The three photographs that the examples are about."""
    with Image.open(PHOTOS[0]) as shirt, Image.open(PHOTOS[1]) as trousers:
        width, height = shirt.size
        cropped = shirt.crop((width // 10, height // 10, width, height))
        shirt.save(tmp_path / "shirt.jpg", quality=95)
        ImageOps.mirror(cropped).save(tmp_path / "shirt-cropped.jpg")
        trousers.save(tmp_path / "trousers.jpg")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_should_print_what_the_page_says(folder: Path) -> None:
    assert folder.exists()
    blocks = re.findall(r"```(python|text)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    codes = [text for kind, text in blocks if kind == "python"]
    outputs = [text for kind, text in blocks if kind == "text"]
    assert len(codes) == len(outputs) >= 6
    names: dict[str, object] = {}
    for code, expected in zip(codes, outputs, strict=True):
        printed = StringIO()
        with redirect_stdout(printed):
            exec(compile(code, str(PAGE), "exec"), names)  # noqa: S102 - our own page
        assert printed.getvalue() == expected
