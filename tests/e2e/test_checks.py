"""What is registered with the deployment is found by it, and as a local service finds it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from urllib.parse import quote

import pytest
from PIL import Image

from lookalike.evaluation.edits import apply
from tests.e2e.pictures import Pictures
from tests.e2e.service import Api, Entry, in_text, matches, sample
from tests.integration.processes import SAMPLE, Service

pytestmark = pytest.mark.timeout(1800)

CHANGES = ("flip", "crop15", "turn90", "grey", "pad_white10", "watermark", "dark75", "stretch")
"""The edits of copies of the sample, one of each."""
EDITED = sorted(path.name for path in (SAMPLE / "edited").glob("*.jpg"))
JPEG = {"Content-Type": "image/jpeg"}


def chosen(number: int) -> Entry:
    """A product of the sample, another one for each number."""
    return sample()[3 + 19 * number]


@cache
def an_edited_copy(change: str) -> bytes:
    """The photograph of that change's product after it."""
    with Image.open(SAMPLE / chosen(CHANGES.index(change)).picture) as picture:
        return apply(change, picture.convert("RGB"), seed=1)


@pytest.mark.usefixtures("registered")
class TestEditedCopies:
    """Each is found as a caller would search for it."""

    def test_should_be_found_by_address(self, api: Api, pictures: Pictures) -> None:
        for number, change in enumerate(CHANGES):
            address = pictures.put(an_edited_copy(change))
            [found] = matches(api.request("GET", f"/find_similar?image_url={quote(address)}"))
            assert (found[0], found[2]) == (chosen(number).entity_id, "edited_copy"), change

    def test_should_be_found_by_bytes(self, api: Api) -> None:
        done = api.request("POST", "/find_similar", data=an_edited_copy("flip"), headers=JPEG)
        assert [match[0] for match in matches(done)] == [chosen(0).entity_id]
        assert done.json()["matches"][0]["evidence"]["flipped"] is True
        assert done.json()["is_duplicate"] is True

    def test_should_be_found_by_a_form(self, api: Api) -> None:
        files = {"image": ("ü.jpg", an_edited_copy("crop15"), "image/jpeg")}
        found = matches(api.request("POST", "/find_similar", files=files))
        assert [match[0] for match in found] == [chosen(1).entity_id]

    def test_should_be_found_in_a_batch(self, api: Api, pictures: Pictures) -> None:
        """And what is wrong with one of its pictures is that one's problem."""
        queries = [
            {"id": "copy", **in_text(an_edited_copy("grey"))},
            {"id": "gone", "image_url": pictures.missing},
        ]
        done = api.request("POST", "/find_similar/batch", json={"queries": queries})
        copy, gone = done.json()["results"]
        assert copy["result"]["matches"][0]["entity_id"] == chosen(3).entity_id
        assert gone["problem"]["code"] == "image_not_found"

    def test_should_be_shown_from_what_is_stored(self, api: Api) -> None:
        """As the web page does: what matches is known by its thumbnail alone."""
        done = api.request("POST", "/find_similar", data=an_edited_copy("flip"), headers=JPEG)
        [match] = done.json()["matches"]
        shown = api.request("GET", f"/thumbnails?id={match['fingerprint_id']}")
        assert shown.headers["Cache-Control"].startswith("private")
        [thumbnail] = shown.json()["thumbnails"]
        picture = {"image_base64": thumbnail["data_uri"]}
        [found] = matches(api.request("POST", "/find_similar", json=picture))
        assert (found[0], found[2]) == (chosen(0).entity_id, "duplicate")

    def test_should_be_compared_with_their_photograph(self, api: Api, pictures: Pictures) -> None:
        photograph = {"image_url": pictures.address(chosen(0).picture)}
        pair = {"a": in_text(an_edited_copy("flip")), "b": photograph}
        assert api.request("POST", "/compare", json=pair).json()["verdict"] == "edited_copy"


def test_should_answer_as_a_local_service_does(
    api: Api,
    local: Service,
    registered: Mapping[str, str],
    registered_here: Mapping[str, str],
) -> None:
    """The same products in the same order; percentages are rounded to a tenth."""
    assert registered == registered_here
    pictures = {change: an_edited_copy(change) for change in CHANGES}
    pictures |= {name: (SAMPLE / "edited" / name).read_bytes() for name in EDITED}
    for name, picture in pictures.items():
        for target in ("/find_similar?top=3", "/find_similar?top=5&min_match=0"):
            there, here = (
                list(matches(ask("POST", target, data=picture, headers=JPEG)))
                for ask in (api.request, local.request)
            )
            assert [each[0] for each in there] == [each[0] for each in here], name
            assert [each[2] for each in there] == [each[2] for each in here], name
            percentages = [each[1] for each in here]
            assert [each[1] for each in there] == pytest.approx(percentages, abs=0.1001), name


def test_should_filter_by_attribute(api: Api, registered: Mapping[str, str]) -> None:
    entry = chosen(4)
    assert entry.entity_id in registered
    for category, expected in ((entry.category, [entry.entity_id]), ("None such", [])):
        target = f"/find_similar?filter={quote(f'category:{category}')}"
        done = api.request("POST", target, data=entry.photograph, headers=JPEG)
        assert [match[0] for match in matches(done)] == expected
