"""``lookalike import --check`` finds copies within the file, here and in a service."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.storage.sqlite.storage import EmbeddedStorage
from tests.integration.processes import SAMPLE, lookalike, serving

PHOTOS = sorted((SAMPLE / "photos").glob("*.jpg"))[:2]


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    """Two photographs, and one of them mirrored."""
    for number, photo in enumerate(PHOTOS):
        Image.open(photo).save(tmp_path / f"{number}.jpg")
    ImageOps.mirror(Image.open(PHOTOS[0])).save(tmp_path / "copy.jpg")
    names = ("0", "1", "copy")
    rows = "".join(f"{name},S-{name},{name}.jpg\n" for name in names)
    (tmp_path / "feed.csv").write_text(f"entity_id,sku,image_url\n{rows}", encoding="utf-8")
    return tmp_path / "feed.csv"


def test_should_refuse_or_flag_an_edited_copy(feed: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    words = ("import", feed, "--images-root", tmp_path, "--data", data, "--json", "--check")
    done = lookalike(*words, "--on-duplicate", "refuse")
    assert (done.code, done.json["done"], done.json["failed"]) == (3, 2, 1), done.errors
    assert done.json["reasons"] == {"duplicate_found": 1}
    flagged = lookalike(*words, "--on-duplicate", "flag")
    assert (flagged.code, flagged.json["done"], flagged.json["unchanged"]) == (0, 1, 2)
    assert (done.json["flagged"], flagged.json["flagged"]) == (0, 1)
    assert lookalike(*words, "--on-duplicate", "flag").json["flagged"] == 0
    with closing(EmbeddedStorage(data, ALGORITHM_VERSION, read_only=True)) as storage:
        flag = storage.flags.get_many(["copy"])["copy"]
        types = [event.type.value for event in storage.events.page(0, 99)]
    assert (flag.match["entity_id"], flag.match["verdict"]) == ("0", "edited_copy")
    assert types.count("duplicate.found") == 2


def test_should_not_count_an_old_flag_of_another_picture(feed: Path, tmp_path: Path) -> None:
    words = ("import", feed, "--images-root", tmp_path, "--data", tmp_path / "data", "--json")
    flagging = ("--check", "--on-duplicate", "flag")
    assert lookalike(*words, *flagging).json["flagged"] == 1
    Image.effect_noise((300, 300), 80).convert("RGB").save(tmp_path / "copy.jpg")
    again = lookalike(*words, *flagging).json
    assert (again["done"], again["flagged"]) == (1, 0)


def test_should_say_how_many_a_service_flags(feed: Path, tmp_path: Path) -> None:
    with serving(tmp_path / "data") as service:
        words = ("import", feed, "--images-root", tmp_path, "--url", service.url)
        done = lookalike(*words, "--check", "--on-duplicate", "flag")
    assert done.code == 0, done.errors
    assert "1 of the loaded are flagged" in done.output


def test_should_let_a_service_check(feed: Path, tmp_path: Path) -> None:
    with serving(tmp_path / "data") as service:
        words = ("import", feed, "--images-root", tmp_path, "--url", service.url, "--json")
        done = lookalike(*words, "--check", "--on-duplicate", "refuse")
        listed = service.request("GET", "/products").json()["products"]
    assert (done.code, done.json["reasons"]) == (3, {"duplicate_found": 1}), done.errors
    assert len(listed) == 2
    assert json.dumps(listed).count("S-1") == 1


def test_should_ask_for_a_check(feed: Path, tmp_path: Path) -> None:
    done = lookalike("import", feed, "--data", tmp_path / "data", "--on-duplicate", "flag")
    assert done.code == 2
    assert "--check" in done.errors
