"""The notebook fills a service from a manifest, as it is; what it calls does what it says."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from lookalike.api.imports.models import FailureAnswer
from lookalike.backfill.manifest import Manifest
from lookalike.backfill.proof import prove
from lookalike.backfill.refused_rows import by_reason
from lookalike.backfill.service import Backfill
from lookalike.backfill.trial import Trial
from lookalike.cli.remote.service import RemoteService
from lookalike.images.preparation import PreparedPicture
from lookalike.storage.run_state import RunState
from tests.integration.processes import SAMPLE, Service, serving
from tests.notebooks import Notebook
from tests.servers import PictureServer, answer

NOTEBOOK = Notebook("backfill.ipynb")
PHOTOGRAPHS = sorted(SAMPLE.glob("photos/*.jpg"))[:6]


@pytest.fixture(scope="module")
def web() -> Iterator[PictureServer]:
    """Some photographs on loopback."""
    with PictureServer() as server:
        for path in PHOTOGRAPHS:
            server.route(f"/{path.name}", answer(path.read_bytes()))
        yield server


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with an empty data folder."""
    with serving(tmp_path_factory.mktemp("data"), "--allow-private-hosts") as running:
        yield running


@pytest.fixture(scope="module")
def manifest(web: PictureServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photographs, one of them twice, one that is not there, and a row without any."""
    path = tmp_path_factory.mktemp("manifest") / "manifest.csv"
    names = [each.name for each in PHOTOGRAPHS]
    addresses = [web.url(f"/{name}") for name in [*names, names[0], "none.jpg"]]
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["entity_id", "image_url"])
        rows.writerows(enumerate([*addresses, "NULL"]))
    return path


def test_should_be_stored_without_outputs() -> None:
    assert not NOTEBOOK.has_outputs


def test_should_run_from_top_to_bottom(
    service: Service, manifest: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parameters = {"MANIFEST": manifest, "PICTURES": None, "URL": service.url}
    values = NOTEBOOK.run(parameters | {"SECONDS": 0.1, "ALLOW_PRIVATE_HOSTS": True})
    printed = capsys.readouterr().out
    assert "9 rows, 8 products" in printed
    assert "refused, no_picture: 1" in printed
    assert "pictures that an earlier row has: 1" in printed
    assert "pictures at 127.0.0.1: 8" in printed
    assert "8 rows in " in printed
    assert "done, 7 done, 0 unchanged, 2 refused of 9" in printed
    assert "image_not_found: 1, such as row 9" in printed
    assert "100.0% of 7 edited pictures found" in printed
    assert printed.rstrip().endswith("Whole.")

    again = values["backfill"].resume(values["begun"].id, manifest)
    *_, ended = values["backfill"].watch(again.id, 0.1)
    assert (ended.state, ended.unchanged, ended.failed) == (RunState.DONE, 7, 2)


def test_should_stop_an_import(service: Service, manifest: Path) -> None:
    backfill = Backfill(service.url, pause=lambda _seconds: None)
    begun = backfill.start(manifest)
    stopped = backfill.stop(begun.id)
    assert stopped.state is not RunState.RUNNING


def never(address: str) -> PreparedPicture:
    """Reads no picture."""
    raise AssertionError(address)


def test_should_find_what_is_missing(service: Service, manifest: Path) -> None:
    remote = RemoteService(service.url)
    remote.delete_product("3")
    proof = prove(remote, Manifest(manifest), [], never, samples=0)
    assert "3" in proof.missing
    assert not proof.is_whole
    assert proof.recall == 1


def test_should_sample_every_row_alike(manifest: Path) -> None:
    all_rows = Manifest(manifest).sample(100)
    assert [row.entity_id for row in all_rows] == [str(number) for number in range(8)]
    drawn = {row.entity_id for seed in range(50) for row in Manifest(manifest).sample(2, seed)}
    assert len(drawn) == 8


def test_should_say_how_long_it_will_take() -> None:
    trial = Trial(rows=100, failures=[], seconds=25.0)
    assert trial.hours(1_000_000, at_once=100) == pytest.approx(0.694, abs=0.001)


def test_should_show_pictures_of_refused_rows_and_run_nothing_of_theirs() -> None:
    rows = [
        FailureAnswer(row=2, entity_id="a", image_url='https://shop.example/"><script>x</script>',
                      code="image_not_found", detail="<b>gone</b>"),
        FailureAnswer(row=3, entity_id=None, image_url="javascript:x", code="url_invalid",
                      detail="No."),
        FailureAnswer(row=4, entity_id="b", image_url=None, code="url_invalid", detail="No."),
    ]  # fmt: skip
    shown = by_reason(rows)
    html = shown._repr_html_()
    assert html.index("url_invalid: 2") < html.index("image_not_found: 1"), "the largest first"
    assert html.count("<img") == 1
    assert "<script>" not in html
    assert "<b>" not in html
    assert "javascript:" not in html
    assert str(by_reason([])) == "No row was refused."
