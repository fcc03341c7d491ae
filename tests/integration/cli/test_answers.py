"""``check``, ``compare`` and ``status``, with a data folder and with a service."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.integration.processes import Service, lookalike
from tests.integration.service.test_checks import PHOTOS, an_edited_copy

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

PHOTO = PHOTOS[0]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """An edited copy of a photograph of the catalogue."""
    path = tmp_path / "copy.jpg"
    path.write_bytes(an_edited_copy(PHOTO))
    return path


@pytest.fixture(params=["data", "url"])
def where(request: pytest.FixtureRequest, live: Service, loaded_data: Path) -> list[str]:
    """The options for the data folder, or for the service on it."""
    return ["--data", str(loaded_data)] if request.param == "data" else ["--url", live.url]


def test_check_should_name_the_product(where: list[str]) -> None:
    done = lookalike("check", PHOTO, *where)
    assert (done.code, done.errors) == (0, "")
    row, words = done.output.splitlines()
    percentage, sign, verdict, entity_id, sku, image_url = row.split()
    assert (percentage, sign, verdict) == ("100.00", "%", "duplicate")
    assert (entity_id, image_url) == (PHOTO.stem, f"photos/{PHOTO.name}")
    assert sku == f"SKU-{PHOTO.stem[:8]}"
    assert words.strip() == (
        "The same picture. All of your picture shows all of the catalogue picture."
    )


def test_check_should_say_that_a_picture_is_not_there(where: list[str]) -> None:
    done = lookalike("check", PHOTOS[-1], *where)
    assert (done.code, done.output, done.errors) == (0, "Not in the catalogue.\n", "")


def test_check_should_print_what_the_service_answers(
    where: list[str], live: Service, copy: Path
) -> None:
    done = lookalike("check", copy, "--top", 3, "--min-match", 0, "--json", *where)
    answer = live.request(
        "POST", "/find_similar?top=3&min_match=0", files={"image": ("c.jpg", copy.read_bytes())}
    ).json()
    assert done.code == 0
    assert done.json == answer
    assert len(answer["matches"]) == 3


def test_status_should_print_what_the_service_answers(where: list[str], live: Service) -> None:
    done = lookalike("status", "--json", *where)
    assert _without_uptime(done.json) == _without_uptime(live.request("GET", "/status").json())
    told = lookalike("status", *where)
    assert (told.code, told.errors) == (0, "")
    assert told.output.startswith(
        "products   199\npictures   199\nsearchable 199\ndrift      none\n"
    )


def test_compare_should_print_what_the_service_answers(
    where: list[str], live: Service, copy: Path
) -> None:
    options = [] if where[0] == "--data" else where
    done = lookalike("compare", PHOTO, copy, "--json", *options)
    assert (done.code, done.errors) == (0, "")
    assert done.json["match_percentage"] > 50
    assert done.json["verdict"] == "edited_copy"
    told = lookalike("compare", PHOTO, PHOTOS[1], *options)
    assert told.code == 0
    row, words = told.output.splitlines()
    assert row.split()[1:] == ["%", "similar"]
    assert words == "Another photograph."
    assert live.process.poll() is None


@pytest.mark.parametrize(
    ("name", "kind"), [("both.png", "PNG"), ("both.JPG", "JPEG"), ("both.webp", "WEBP")]
)
def test_compare_should_draw_what_both_share_as_the_name_says(
    name: str, kind: str, tmp_path: Path, copy: Path
) -> None:
    drawing = tmp_path / name
    done = lookalike("compare", PHOTO, copy, "--picture", drawing)
    assert done.code == 0
    with Image.open(drawing) as image:
        assert (image.format, image.height) == (kind, 480)
        assert image.width > 600


def test_a_web_address_should_be_checked_as_a_file_is(loaded_data: Path, live: Service) -> None:
    address = f"{live.url}/pictures/photos/{PHOTO.name}"
    refused = lookalike("check", address, "--data", loaded_data)
    assert refused.code == 1
    assert refused.output == ""
    done = lookalike("check", address, "--data", loaded_data, "--allow-private-hosts", "--json")
    assert done.code == 0
    assert done.json["matches"][0]["entity_id"] == PHOTO.stem


def test_commands_should_be_installed_under_their_name() -> None:
    """``pip install`` makes ``lookalike`` of it."""
    [entry] = metadata.entry_points(group="console_scripts", name="lookalike")
    assert entry.value == "lookalike.cli.main:main"


def _without_uptime(status: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in status.items() if name != "uptime_seconds"}
