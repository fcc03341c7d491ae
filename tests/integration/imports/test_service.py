"""``POST /imports`` of a running service, through kills, stops and queues."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.processes import (
    PATIENCE,
    SAMPLE,
    Service,
    all_contents,
    descendants,
    entity_ids,
    lookalike,
    serving,
    some_rows,
    started,
    wait_for_import,
    wait_for_workers,
    wait_until_gone,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

REFUSED = "x1,S,NULL,\nx2,S,photos/missing.jpg,\nx3,S,../../../etc/passwd,\nx4,S,/etc/passwd,\n"
REASONS = ["no_picture", "image_not_found", "url_invalid", "image_not_found"]
"""A leading slash means the folder of the pictures, where there is no etc/passwd."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """For tests that do not end it."""
    folder = tmp_path_factory.mktemp("service") / "data"
    with serving(folder, "--images-root", SAMPLE) as running:
        yield running


def start_import(service: Service, catalogue: str) -> Any:  # noqa: ANN401 - JSON
    """The answer to a catalogue."""
    response = service.request(
        "POST", "/imports", data=catalogue.encode(), headers={"Content-Type": "text/csv"}
    )
    assert response.status_code == 202
    answer = response.json()
    assert response.headers["Location"] == f"/imports/{answer['id']}"
    return answer


def get_import(service: Service, import_id: str) -> Any:  # noqa: ANN401 - JSON
    """How it stands, which always adds up."""
    answer = service.request("GET", f"/imports/{import_id}").json()
    counted = sum(answer[name] for name in ("done", "unchanged", "failed", "left"))
    assert counted == answer["total"]
    return answer


def wait_for_progress(service: Service, import_id: str, rows: int) -> None:
    """Until that many rows are done."""
    deadline = time.monotonic() + PATIENCE
    while get_import(service, import_id)["done"] < rows:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def counts(answer: Any) -> tuple[str, int, int, int, int]:  # noqa: ANN401 - JSON
    """State, and what became of the rows."""
    return (
        answer["state"], answer["total"], answer["done"], answer["unchanged"], answer["failed"],
    )  # fmt: skip


def test_should_load_a_catalogue_and_name_what_it_refused(service: Service) -> None:
    answer = start_import(service, some_rows(20) + REFUSED)
    assert counts(answer) == ("running", 24, 0, 0, 0)
    ended = wait_for_import(service, answer["id"])
    assert counts(ended) == ("done", 24, 20, 0, 4)
    assert ended["finished_at"] is not None
    failures = service.request("GET", f"/imports/{answer['id']}/failures").json()
    assert [row["row"] for row in failures["failures"]] == [22, 23, 24, 25]
    assert [row["code"] for row in failures["failures"]] == REASONS
    first = service.request("GET", f"/imports/{answer['id']}/failures?limit=3").json()
    rest = service.request("GET", first["next"]).json()
    assert [*first["failures"], *rest["failures"]] == failures["failures"]


def test_imports_should_be_loaded_one_after_the_other(service: Service) -> None:
    first = start_import(service, some_rows(30, first=20))
    second = start_import(service, some_rows(30, first=20))
    assert counts(wait_for_import(service, second["id"])) == ("done", 30, 0, 30, 0)
    assert counts(get_import(service, first["id"])) == ("done", 30, 30, 0, 0)


@pytest.mark.parametrize("content", ["", "a,b,c\n1,2,3\n", "\0\0\0"])
def test_what_is_no_catalogue_should_be_refused_at_once(service: Service, content: str) -> None:
    headers = {"Content-Type": "text/csv"}
    response = service.request("POST", "/imports", data=content.encode(), headers=headers)
    assert response.status_code in (400, 422)
    assert response.headers["Content-Type"] == "application/problem+json"


def test_an_empty_catalogue_should_be_done_at_once(service: Service) -> None:
    answer = start_import(service, "entity_id,image_url\n")
    assert counts(wait_for_import(service, answer["id"])) == ("done", 0, 0, 0, 0)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_should_go_on_where_it_was(data: Path, number: signal.Signals) -> None:
    """After a kill as after a stop: no row twice, none left out, and no process left behind."""
    catalogue = some_rows(10) + REFUSED + some_rows(80).partition("\n")[2]
    with serving(data, "--images-root", SAMPLE) as service:
        first = start_import(service, catalogue)
        second = start_import(service, some_rows(5, first=90))
        wait_for_progress(service, first["id"], 16)
        workers = descendants(service.process.pid)
        assert workers
        code = service.end(number)
    assert code == (-9 if number == signal.SIGKILL else 0)
    wait_until_gone(workers)
    assert sorted(path.stem for path in (data / "imports").iterdir()) == sorted(
        [first["id"], second["id"]]
    )
    (data / "imports" / "left-by-a-crash.part").touch()
    with serving(data, "--images-root", SAMPLE) as service:
        assert get_import(service, first["id"])["done"] >= 16
        assert counts(wait_for_import(service, second["id"])) == ("done", 5, 5, 0, 0)
        # Ten rows are in the file twice, and refused the second time.
        assert counts(get_import(service, first["id"])) == ("done", 94, 80, 0, 14)
        failures = service.request("GET", f"/imports/{first['id']}/failures").json()["failures"]
        assert [row["row"] for row in failures] == [*range(12, 26)]
        assert service.end() == 0
    assert list((data / "imports").iterdir()) == []
    assert len(all_contents(data)[0]) == 85


def test_an_import_command_should_work_beside_the_service(data: Path, tmp_path: Path) -> None:
    """Also while the service loads a catalogue itself; it finds what the command has loaded."""
    catalogue = tmp_path / "catalogue.csv"
    catalogue.write_text(some_rows(20, first=60), encoding="utf-8")
    with serving(data, "--images-root", SAMPLE) as service:
        answer = start_import(service, some_rows(40))
        done = lookalike("import", catalogue, "--data", data, "--images-root", SAMPLE, "--json")
        assert (done.code, done.errors, done.json["done"]) == (0, "", 20)
        assert counts(wait_for_import(service, answer["id"])) == ("done", 40, 40, 0, 0)
        for entity_id in (entity_ids(some_rows(1))[0], entity_ids(some_rows(1, first=60))[0]):
            photo = (SAMPLE / "photos" / f"{entity_id}.jpg").read_bytes()
            found = service.request("POST", "/find_similar", data=photo).json()
            assert [match["entity_id"] for match in found["matches"]] == [entity_id]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_should_stop_in_order_while_it_starts(data: Path, number: signal.Signals) -> None:
    """Workers that go on with an earlier import leave nothing to complain about."""
    with serving(data, "--images-root", SAMPLE) as service:
        start_import(service, some_rows(150))
        service.end(signal.SIGKILL)
    with started("serve", "--data", data, "--port", 0, "--images-root", SAMPLE) as process:
        wait_for_workers(process)
        os.killpg(process.pid, number)
        _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert "resource_tracker" not in errors
    assert "Traceback" not in errors


def test_a_second_service_on_a_folder_should_be_refused(data: Path) -> None:
    """It would load the same imports once more."""
    with (
        serving(data),
        pytest.raises(AssertionError, match="Another service runs on the folder"),
        serving(data),
    ):
        pass
