"""``check``, ``compare`` and ``status``, with a data folder and with a service."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lookalike.matching.effort import Effort
from tests.integration.processes import PATIENCE, Service, lookalike, started
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


def test_check_should_find_with_more_effort_what_less_effort_misses(
    where: list[str], tmp_path: Path
) -> None:
    """A crop that lies on its side."""
    with Image.open(PHOTO) as photo:
        width, height = photo.size
        cropped = photo.crop((width // 8, height // 8, width, height))
        cropped.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "turned.jpg")
    codes = [
        lookalike("check", tmp_path / "turned.jpg", "--effort", effort, *where).code
        for effort in Effort
    ]
    assert codes == [4, 0, 0]


@pytest.mark.parametrize("words", [("check", PHOTO), ("compare", PHOTO, PHOTO)])
def test_an_unknown_effort_should_be_wrong_usage(words: tuple[object, ...]) -> None:
    done = lookalike(*words, "--effort", "slow")
    assert (done.code, done.output) == (2, "")
    assert "thorough" in done.errors


def test_check_should_say_that_a_picture_is_not_there(where: list[str]) -> None:
    done = lookalike("check", PHOTOS[-1], *where)
    assert (done.code, done.output, done.errors) == (4, "Not in the catalogue.\n", "")


def test_check_should_say_that_options_left_out_others(where: list[str]) -> None:
    done = lookalike("check", PHOTO, "--exclude-entity-id", PHOTO.stem, *where)
    assert (done.code, done.output) == (4, "Not in the catalogue.\n")
    assert done.errors == "Other products than those that the options admit were not asked about.\n"


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


@pytest.fixture
def folder(tmp_path: Path, copy: Path) -> Path:
    """A photograph of the catalogue, an edited copy, one that is not there, and no picture."""
    folder = tmp_path / "folder"
    (folder / "below").mkdir(parents=True)
    (folder / "a.jpg").write_bytes(PHOTO.read_bytes())
    (folder / "b.JPG").write_bytes(PHOTOS[-1].read_bytes())
    (folder / "below" / "c.jpg").write_bytes(copy.read_bytes())
    (folder / "d.png").write_bytes(b"This is no picture.")
    (folder / ".hidden.jpg").write_bytes(b"")
    (folder / "notes.txt").write_bytes(b"")
    return folder


def test_check_should_go_through_a_folder(where: list[str], folder: Path) -> None:
    """What cannot be read is reported, and the rest is checked; 3 says so to scripts."""
    done = lookalike("check", folder, *where)
    assert done.code == 3
    told = [line.removeprefix(f"{folder}/") for line in done.output.splitlines()]
    assert [line for line in told if line.endswith((".jpg", ".JPG")) and "%" not in line] == [
        "a.jpg",
        "b.JPG",
        "below/c.jpg",
    ]
    assert told[told.index("b.JPG") + 1] == "Not in the catalogue."
    unread, summary = done.errors.splitlines()
    assert unread.startswith(f"lookalike: {folder}/d.png: The bytes are not a picture")
    assert summary == (
        "4 pictures: 2 in the catalogue, 0 only in other colours, "
        "1 not in it, 1 could not be checked."
    )


@pytest.mark.parametrize("as_json", [[], ["--json"]], ids=["words", "json"])
def test_check_should_fail_where_no_picture_can_be_read(
    where: list[str], folder: Path, as_json: list[str]
) -> None:
    done = lookalike("check", folder / "d.png", folder / "d.png", *as_json, *where)
    assert done.code == 1
    assert done.errors.splitlines()[-1] == (
        "2 pictures: 0 in the catalogue, 0 only in other colours, "
        "0 not in it, 2 could not be checked."
    )


def test_check_should_sum_up_a_folder_with_a_single_picture(where: list[str], folder: Path) -> None:
    done = lookalike("check", folder / "below", *where)
    assert done.code == 0
    assert done.errors == (
        "1 picture: 1 in the catalogue, 0 only in other colours, "
        "0 not in it, 0 could not be checked.\n"
    )


def test_check_should_print_a_json_object_a_line(where: list[str], folder: Path) -> None:
    """With the keys of a batch's answer; and each result is that of a single check."""
    done = lookalike("check", folder / "a.jpg", folder / "d.png", "--json", *where)
    read, unread = (json.loads(line) for line in done.output.splitlines())
    assert read == {
        "image": str(folder / "a.jpg"),
        "result": lookalike("check", folder / "a.jpg", "--json", *where).json,
        "problem": None,
    }
    assert (unread["image"], unread["result"]) == (str(folder / "d.png"), None)
    assert unread["problem"]["code"] == "image_unsupported"


@pytest.mark.parametrize(("names", "code"), [(["b.JPG", "a.jpg"], 0), (["b.JPG", "b.JPG"], 4)])
def test_check_should_tell_scripts_whether_one_of_several_was_found(
    where: list[str], folder: Path, names: list[str], code: int
) -> None:
    assert lookalike("check", *(folder / name for name in names), *where).code == code


def test_check_should_say_how_far_it_was_at_ctrl_c(where: list[str]) -> None:
    with started("check", *[PHOTO] * 1_000, "--json", *where) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.send_signal(signal.SIGINT)
        checked = 1 + len(process.stdout.readlines())
        errors = process.stderr.read()
        assert process.wait(PATIENCE) == 130
    assert 1 <= checked < 1_000
    assert errors.startswith(f"Stopped after {checked} of 1,000 pictures: {checked} in the ")


def test_check_should_end_at_once_without_its_catalogue(tmp_path: Path, folder: Path) -> None:
    """A folder or a service that is away is not an error of each picture."""
    for where in (["--data", tmp_path / "none"], ["--url", "http://127.0.0.1:9"]):
        done = lookalike("check", folder / "d.png", folder / "a.jpg", *where)
        assert (done.code, done.output) == (1, "")


def test_check_should_refuse_a_folder_without_pictures(tmp_path: Path) -> None:
    done = lookalike("check", tmp_path, "--data", tmp_path)
    assert (done.code, done.errors) == (
        1,
        f"lookalike: There is no picture in the folder {tmp_path}.\n",
    )


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


def _without_uptime(status: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in status.items() if name != "uptime_seconds"}
