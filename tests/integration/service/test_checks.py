"""The whole service, with the real network, on the sample catalogue."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from tests.images import encoded
from tests.integration.processes import SAMPLE, Service

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

PHOTOS = sorted((SAMPLE / "photos").glob("*.jpg"))
JPEG = {"Content-Type": "image/jpeg"}


def an_edited_copy(path: Path) -> bytes:
    """Cropped by a tenth on each side, mirrored, and encoded again."""
    with Image.open(path) as image:
        width, height = image.size
        box = (width // 10, height // 10, width - width // 10, height - height // 10)
        return encoded(ImageOps.mirror(image.crop(box)), "JPEG", quality=75)


def test_should_find_edited_copies_first(live: Service) -> None:
    """Whether a copy is called one is a matter of probability: of nearly all, not of all."""
    first, called = 0, 0
    photos = PHOTOS[3:195:8]
    for path in photos:
        answer = live.request(
            "POST", "/find_similar?top=5&min_match=0", data=an_edited_copy(path), headers=JPEG
        ).json()
        first += answer["matches"][0]["entity_id"] == path.stem
        called += answer["is_duplicate"]
    assert first >= 0.95 * len(photos)
    assert called >= 0.85 * len(photos)


def test_should_answer_as_the_readme_shows(live: Service) -> None:
    """In the same shape and about the same product; figures may change with every fit."""
    readme = (SAMPLE.parent / "README.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"```json\n(\{\n  \"is_duplicate\".*?)```", readme, re.DOTALL)
    expected = json.loads(shown)
    files = {"image": (SAMPLE / "edited" / "framed.jpg").read_bytes()}
    answer = live.request("POST", "/find_similar?top=5", files=files).json()
    assert _shape(answer) == _shape(expected)
    for name in ("entity_id", "sku", "image_url", "attributes", "verdict"):
        assert answer["matches"][0][name] == expected["matches"][0][name]


def _shape(value: object) -> object:
    """Its keys and types, and for lists what their entries have in common."""
    if isinstance(value, dict):
        return {name: _shape(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_shape(each) for each in value[:1]]
    return "number" if isinstance(value, int | float) else type(value).__name__


def test_should_find_a_photograph_itself(live: Service) -> None:
    for path in PHOTOS[:150:15]:
        files = {"image": (path.name, path.read_bytes())}
        answer = live.request("POST", "/find_similar", files=files).json()
        assert answer["is_duplicate"] is True
        [match] = answer["matches"]
        assert (match["entity_id"], match["verdict"]) == (path.stem, "duplicate")
        assert match["match_percentage"] > 99


def test_should_not_find_what_is_not_there(live: Service) -> None:
    """The last photograph of the sample, which was held out."""
    answer = live.request(
        "POST", "/find_similar?top=5", data=PHOTOS[-1].read_bytes(), headers=JPEG
    ).json()
    assert answer["is_duplicate"] is False


def test_should_refuse_a_picture_without_features(live: Service) -> None:
    white = encoded(Image.new("RGB", (400, 533), "white"), "JPEG")
    response = live.request("POST", "/find_similar", data=white, headers=JPEG)
    assert (response.status_code, response.json()["code"]) == (422, "image_featureless")


def test_should_compare_two_pictures(live: Service) -> None:
    copies = {"a": PHOTOS[0].read_bytes(), "b": an_edited_copy(PHOTOS[0])}
    answer = live.request("POST", "/compare", json=_base64(copies)).json()
    assert answer["match_percentage"] > 50
    others = {"a": PHOTOS[0].read_bytes(), "b": PHOTOS[1].read_bytes()}
    answer = live.request("POST", "/compare", json=_base64(others)).json()
    assert answer["match_percentage"] < 50


def test_should_show_pictures_of_the_catalogue_and_no_other_file(live: Service) -> None:
    shown = live.request("GET", f"/pictures/photos/{PHOTOS[0].name}")
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/jpeg")
    assert shown.content == PHOTOS[0].read_bytes()
    for path in (
        "catalogue.csv",
        "..%2fREADME.md",
        "%2e%2e/README.md",
        "%2fetc%2fpasswd",
        "photos",
    ):
        assert live.request("GET", f"/pictures/{path}").status_code in (404, 415, 422), path


def test_should_count_what_it_holds(live: Service) -> None:
    status = live.request("GET", "/status").json()
    assert (status["products"], status["pictures"]) == (199, 199)
    assert status["index"] == {"pictures": 199, "behind": 0, "ahead": 0, "fresh": True}


def _base64(pictures: dict[str, bytes]) -> dict[str, dict[str, str]]:
    return {name: {"image_base64": b64encode(data).decode()} for name, data in pictures.items()}
