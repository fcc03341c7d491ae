"""``lookalike import --url``: a catalogue sent row by row to a running service."""

from __future__ import annotations

import csv
import json
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.images import encoded, picture
from tests.integration.processes import (
    RECOGNISED,
    SAMPLE,
    Done,
    Service,
    contents,
    entity_ids,
    lookalike,
    serving,
    some_rows,
    started,
)
from tests.servers import PictureServer, answer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

PICTURE = encoded(picture(400, 500, seed=3), "JPEG", quality=90)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """It may fetch from this machine."""
    folder = tmp_path_factory.mktemp("service") / "data"
    with serving(folder, "--allow-private-hosts") as running:
        yield running


@pytest.fixture
def pictures() -> Iterator[PictureServer]:
    with PictureServer() as server:
        server.route("/1.jpg", answer(PICTURE))
        server.route("/broken.jpg", answer(PICTURE[:300]))
        server.route("/away.jpg", answer(status=503))
        yield server


def load(service: Service, folder: Path, text: str, *options: object) -> Done:
    """Send a catalogue."""
    catalogue = folder / "catalogue.csv"
    catalogue.write_text(text, encoding="utf-8")
    return lookalike("import", catalogue, "--url", service.url, "--json", *options)


def test_should_load_what_an_import_into_a_folder_loads(tmp_path: Path, loaded_data: Path) -> None:
    """Files of this machine are sent, and their products keep the paths of the catalogue."""
    catalogue, data = some_rows(12), tmp_path / "data"
    with serving(data) as service:
        first = load(service, tmp_path, catalogue, "--images-root", SAMPLE)
        second = load(service, tmp_path, catalogue, "--images-root", SAMPLE)
    assert (first.code, first.errors, second.errors) == (0, "", "")
    no_flaws = {
        "failed": 0,
        "featureless": 0,
        "without_some_pictures": 0,
        "flagged": 0,
        "reasons": {},
    }
    counts = {"rows": 12, "unchanged": 0, **no_flaws}
    assert first.json == {**counts, **RECOGNISED, "done": 12}
    assert second.json == {**counts, **RECOGNISED, "done": 0, "unchanged": 12}
    products, fingerprints = contents(data, entity_ids(catalogue))
    expected, expected_fingerprints = contents(loaded_data, entity_ids(catalogue))
    assert fingerprints == expected_fingerprints
    # Only an import into a folder sees when a file has changed.
    assert products == {
        name: replace(product, source_revision="") for name, product in expected.items()
    }


def test_should_send_the_fingerprints_of_an_export(tmp_path: Path, loaded_data: Path) -> None:
    """The service cannot read the pictures: their addresses are paths of another machine."""
    file, data = tmp_path / "export.jsonl", tmp_path / "data"
    lookalike("export", file, "--data", loaded_data, "--fingerprints", "--q", "SKU-00")
    with serving(data) as service:
        first = lookalike("import", file, "--url", service.url, "--json")
        second = lookalike("import", file, "--url", service.url, "--json")
    names = [json.loads(line)["entity_id"] for line in file.read_text("utf-8").splitlines()]
    assert len(names) > 1
    assert (first.json["done"], first.json["failed"]) == (len(names), 0)
    assert (second.json["done"], second.json["unchanged"]) == (0, len(names))
    assert contents(data, names)[1] == contents(loaded_data, names)[1]


def test_should_say_at_ctrl_c_that_files_are_sent_again(service: Service, tmp_path: Path) -> None:
    catalogue = tmp_path / "catalogue.csv"
    catalogue.write_text(some_rows(100, first=20), encoding="utf-8")
    arguments = ("import", catalogue, "--url", service.url, "--images-root", SAMPLE)
    [first] = entity_ids(some_rows(1, first=20))
    with started(*arguments) as process:
        while not service.request("GET", f"/products/{first}").ok:
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "goes on, but sends all pictures again that are files here.\n" in errors


def test_should_pass_over_web_rows_that_are_there(
    service: Service, pictures: PictureServer, tmp_path: Path
) -> None:
    text = f"entity_id,sku,image_url,colour\na/b é,S,{pictures.url('/1.jpg')},red\n"
    assert load(service, tmp_path, text).json["done"] == 1
    stored = service.request("GET", "/products/a%2Fb%20%C3%A9").json()
    assert (stored["sku"], stored["attributes"]) == ("S", {"colour": "red"})
    assert load(service, tmp_path, text).json["unchanged"] == 1
    assert len(pictures.requests) == 1
    assert load(service, tmp_path, text.replace("red", "blue")).json["done"] == 1
    assert len(pictures.requests) == 2


def test_should_name_what_the_service_refuses(
    service: Service, pictures: PictureServer, tmp_path: Path
) -> None:
    """One row that fails, for whatever reason, does not end the import of the others."""
    addresses = {
        "1": pictures.url("/1.jpg"),
        "2": pictures.url("/broken.jpg"),
        "3": pictures.url("/missing.jpg"),
        "4": "photos/a.jpg",
        "5": "NULL",
        "6": "ftp://shop.example/p.jpg",
        "7": pictures.url("/away.jpg"),
        "..": pictures.url("/1.jpg"),
        "8": pictures.url("/1.jpg"),
    }
    rows = "".join(f"{name},S,{address}\n" for name, address in addresses.items())
    failures = tmp_path / "failures.csv"
    text = "entity_id,sku,image_url\n" + rows
    done = load(service, tmp_path, text, "--failures", failures)
    assert done.code == 3
    assert (done.json["done"], done.json["failed"]) == (2, 7)
    with failures.open(encoding="utf-8", newline="") as file:
        codes = {line["entity_id"]: line["code"] for line in csv.DictReader(file)}
    assert codes == {
        "2": "image_corrupt",
        "3": "image_not_found",
        "4": "url_invalid",
        "5": "no_picture",
        "6": "url_invalid",
        "7": "image_unreachable",
        "..": "row_refused",
    }


def test_a_service_that_is_away_should_end_the_import(tmp_path: Path) -> None:
    """With one sentence; run again, it goes on."""
    away = lookalike(
        "import", SAMPLE / "catalogue.csv", "--url", "http://127.0.0.1:9", "--images-root", SAMPLE
    )
    assert (away.code, away.output) == (1, "")
    assert away.errors == (
        "lookalike: No service answers at http://127.0.0.1:9. Check that it runs there and that "
        "the address is right.\n"
    )
    assert not (tmp_path / "data").exists()


def test_private_hosts_should_be_the_services_decision() -> None:
    """Allowing them here would change nothing there."""
    url = "http://127.0.0.1:9"
    done = lookalike("import", SAMPLE / "catalogue.csv", "--url", url, "--allow-private-hosts")
    assert (done.code, done.output) == (2, "")
    assert "--allow-private-hosts" in done.errors
