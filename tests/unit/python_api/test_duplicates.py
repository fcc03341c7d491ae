"""All duplicates of a catalogue, in a program."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageOps

from lookalike import Catalogue
from lookalike.errors import BadParameterError

PHOTOS = sorted((Path(__file__).parents[3] / "sample" / "photos").glob("*.jpg"))[:3]


@pytest.fixture(params=["in memory", "in a folder"])
def catalogue(request: pytest.FixtureRequest, tmp_path: Path) -> Catalogue:
    """Three photographs; one of them also twice as large and mirrored."""
    catalogue = Catalogue() if request.param == "in memory" else Catalogue(tmp_path)
    for number, path in enumerate(PHOTOS):
        catalogue.add(str(number), path)
    with Image.open(PHOTOS[0]) as photo:
        larger = ImageOps.mirror(photo.convert("RGB").resize((2 * photo.width, 2 * photo.height)))
    catalogue.add("larger", larger)
    return catalogue


def test_should_group_copies_and_say_which_to_keep(catalogue: Catalogue) -> None:
    with catalogue:
        [group] = catalogue.duplicates()
        assert [member["entity_id"] for member in group["members"]] in (
            ["0", "larger"],
            ["larger", "0"],
        )
        assert group["links"][0]["evidence"]["flipped"] is True
        assert group["keep"]["entity_id"] == "larger"
        [again] = catalogue.duplicates(keep=["oldest"])
        assert again["keep"]["entity_id"] == "0"


def test_should_refuse_options_that_there_are_not() -> None:
    with Catalogue() as catalogue:
        assert catalogue.duplicates() == []
        with pytest.raises(BadParameterError, match="50 to 100"):
            catalogue.duplicates(min_match=20)
        with pytest.raises(BadParameterError, match="largest"):
            catalogue.duplicates(keep=["newest"])
