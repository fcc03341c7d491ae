"""Catalogue files are accepted at once and watched while they load."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lookalike.catalogue.feed_scope import FeedScope
from lookalike.catalogue.max_deletions import MaxDeletions
from lookalike.catalogue.sync_options import SyncOptions
from lookalike.duplicates.on_duplicate import OnDuplicate
from lookalike.errors import CatalogueError
from lookalike.http.problems import ImportQueueFullError
from lookalike.storage.import_runs import FailedRow, ImportMode, ImportRun
from lookalike.storage.run_state import RunState
from tests.service import NOW, Client, Parts, a_form

_CATALOGUE = b"entity_id,sku,image_url\n1,s,https://shop.example/1.jpg\n"
_FORM, _FORM_TYPE = a_form({"catalogue": (_CATALOGUE, "shop.csv")})


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (_CATALOGUE, "text/csv; charset=utf-8"),
        (_CATALOGUE, None),
        (_CATALOGUE, "application/json"),
        (_CATALOGUE, "Application/X-NDJSON"),
        (_CATALOGUE, "application/gzip"),
        (_CATALOGUE, "application/rss+xml"),
        (_FORM, _FORM_TYPE),
    ],
)
def test_a_catalogue_is_accepted(
    client: Client, parts: Parts, body: bytes, content_type: str | None
) -> None:
    """Whatever format its header says: the content tells."""
    answer = client.request("POST", "/imports", body, content_type)
    assert (answer.status, answer.headers["Location"]) == (202, "/imports/run-1")
    assert (answer.json["id"], answer.json["state"]) == ("run-1", "running")
    assert parts.runner.started == [(_CATALOGUE, None)]
    assert client.get(answer.headers["Location"]).json == answer.json


def test_a_sync_is_started_with_its_limit_and_its_scope(client: Client, parts: Parts) -> None:
    sync = "/imports?mode=sync"
    for query in ("", "&max_deletions=25&filter=seller:a&filter=shop:b"):
        assert client.request("POST", sync + query, _CATALOGUE, "text/csv").status == 202
    scope = FeedScope(frozenset({("seller", "a"), ("shop", "b")}))
    assert parts.runner.started == [
        (_CATALOGUE, SyncOptions()),
        (_CATALOGUE, SyncOptions(MaxDeletions(25), scope)),
    ]


def test_a_dry_run_is_one_of_a_sync(client: Client, parts: Parts) -> None:
    for mode, status in (("import", 400), ("sync", 202)):
        query = f"/imports?mode={mode}&dry_run=true"
        assert client.request("POST", query, _CATALOGUE, "text/csv").status == status
    assert parts.runner.started == [(_CATALOGUE, SyncOptions(dry_run=True))]


@pytest.mark.parametrize("source", ["", "&source=upload:1"])
def test_an_import_is_told_what_its_columns_are(client: Client, parts: Parts, source: str) -> None:
    query = f"/imports?columns=image_url=Bild&columns=sku={source}"
    assert client.request("POST", query, _CATALOGUE, "text/csv").status == 202
    assert parts.runner.columns == [{"image_url": "Bild", "sku": ""}]


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ("columns=Bild", "write NAME=COLUMN"),
        ("columns=sku=a&columns=sku=b", "'sku' is named twice"),
    ],
)
def test_columns_that_cannot_be_meant_are_refused(
    client: Client, parts: Parts, columns: str, reason: str
) -> None:
    answer = client.request("POST", f"/imports?{columns}", _CATALOGUE, "text/csv")
    assert (answer.status, answer.json["code"]) == (400, "bad_parameter")
    assert answer.json["detail"].startswith("columns: ")
    assert reason in answer.json["detail"]
    assert parts.runner.started == []


@pytest.mark.parametrize(
    "query",
    [
        "mode=x",
        "max_deletions=all",
        "max_deletions=101%25",
        "filter=x",
        "filter=a:1&filter=a:2",
        "dry_run=x",
    ],
)
def test_a_sync_that_cannot_be_meant_is_refused(client: Client, parts: Parts, query: str) -> None:
    mode = "" if query.startswith("mode") else "mode=sync&"
    answer = client.request("POST", f"/imports?{mode}{query}", _CATALOGUE, "text/csv")
    assert (answer.status, answer.json["code"]) == (400, "bad_parameter")
    assert parts.runner.started == []


def test_a_sync_shows_what_it_has_deleted_or_why_it_failed(client: Client, parts: Parts) -> None:
    run = ImportRun("r", NOW, mode=ImportMode.SYNC, deleted=7)
    parts.storage.imports.put(run)
    shown = client.get("/imports/r").json
    assert (shown["mode"], shown["deleted"], shown["detail"]) == ("sync", 7, None)
    parts.storage.imports.put(replace(run, state=RunState.FAILED, detail="Too many."))
    assert client.get("/imports/r").json["detail"] == "Too many."


def test_imports_are_listed_the_newest_first(client: Client, parts: Parts) -> None:
    for name, age in (("old", 20), ("new", 10)):
        parts.storage.imports.put(ImportRun(name, NOW - age))
    listed = client.get("/imports").json["imports"]
    assert [run["id"] for run in listed] == ["new", "old"]
    assert listed[0] == client.get("/imports/new").json
    assert len(client.get("/imports?limit=1").json["imports"]) == 1
    assert client.get("/imports?limit=101").status == 400


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", "text/csv", 400),
        (_CATALOGUE, "application/x-www-form-urlencoded", 415),
        (_CATALOGUE, "image/png", 415),
        (_CATALOGUE, "multipart/form-data; boundary=x", 400),
        (a_form({"image": (b"x", "")})[0], _FORM_TYPE, 400),
    ],
)
def test_what_is_no_catalogue_is_refused(
    client: Client, body: bytes, content_type: str, status: int
) -> None:
    assert client.request("POST", "/imports", body, content_type).status == status


def test_a_catalogue_that_cannot_be_read_is_refused(
    client: Client, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: object) -> ImportRun:
        raise CatalogueError("There is no column entity_id.")

    monkeypatch.setattr(parts.runner, "start", refuse)
    answer = client.request("POST", "/imports", _CATALOGUE, "text/csv")
    assert (answer.status, answer.json["code"]) == (422, "catalogue_invalid")


def test_a_run_shows_counts_rate_and_time_left(client: Client, parts: Parts) -> None:
    """At the rate since it was begun, or gone on with: not since it was sent."""
    parts.storage.imports.put(
        ImportRun(
            "r",
            NOW - 1000,
            total=140,
            done=60,
            failed=5,
            unchanged=25,
            started_at=NOW - 10,
            rows_before=40,
        )
    )
    shown = client.get("/imports/r").json
    assert shown == {
        "id": "r",
        "state": "running",
        "total": 140,
        "done": 60,
        "unchanged": 25,
        "failed": 5,
        "mode": "import",
        "dry_run": False,
        "deleted": 0,
        "detail": None,
        "on_duplicate": None,
        "left": 50,
        "rows_per_second": 5.0,
        "seconds_left": 10.0,
        "created_at": "1970-01-12T13:30:10Z",
        "started_at": "1970-01-12T13:46:40Z",
        "finished_at": None,
    }


@pytest.mark.parametrize(
    ("run", "left", "seconds_left"),
    [
        (ImportRun("r", NOW), None, None),
        (ImportRun("r", NOW - 9, total=5), 5, None),
        (ImportRun("r", NOW - 9, total=5, done=1, rows_before=1), 4, None),
        (ImportRun("r", 1, total=5, done=1, rows_before=1, started_at=NOW - 9), 4, None),
        (ImportRun("r", NOW, total=5, done=1, started_at=NOW + 9), 4, None),
        (ImportRun("r", NOW - 9, RunState.DONE, NOW - 4, total=5, done=5), 0, None),
        (ImportRun("r", NOW - 9, RunState.CANCELLED, NOW - 4, total=5, done=1), 4, None),
    ],
)
def test_what_is_not_known_is_null(
    client: Client, parts: Parts, run: ImportRun, left: int | None, seconds_left: float | None
) -> None:
    parts.storage.imports.put(run)
    shown = client.get("/imports/r").json
    assert (shown["left"], shown["seconds_left"]) == (left, seconds_left)


def test_failed_rows_come_in_pages(client: Client, parts: Parts) -> None:
    parts.storage.imports.put(ImportRun("r", NOW))
    rows = [FailedRow(number, None, "NULL", "no_picture", "No picture.") for number in range(5)]
    parts.storage.imports.add_failures("r", rows)
    seen: list[list[int]] = []
    onwards: str | None = "/imports/r/failures?limit=2"
    while onwards:
        page = client.get(onwards).json
        seen.append([failure["row"] for failure in page["failures"]])
        onwards = page["next"]
    assert seen == [[0, 1], [2, 3], [4]]
    assert page["failures"][0] == {
        "row": 4,
        "entity_id": None,
        "image_url": "NULL",
        "code": "no_picture",
        "detail": "No picture.",
    }


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "after=-2", "after=x", "page=2"])
def test_a_page_that_cannot_be_is_refused(client: Client, parts: Parts, query: str) -> None:
    parts.storage.imports.put(ImportRun("r", NOW))
    assert client.get(f"/imports/r/failures?{query}").status == 400


def test_an_import_is_cancelled_and_can_still_be_read(client: Client) -> None:
    path = client.request("POST", "/imports", _CATALOGUE, "text/csv").headers["Location"]
    cancelled = client.request("DELETE", path)
    assert (cancelled.status, cancelled.json["state"]) == (200, "cancelled")
    assert cancelled.json["seconds_left"] is None
    assert client.get(path).json == cancelled.json


def test_too_many_imports_are_told_to_come_back(
    client: Client, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: object) -> ImportRun:
        raise ImportQueueFullError("Enough imports are waiting.")

    monkeypatch.setattr(parts.runner, "start", refuse)
    answer = client.request("POST", "/imports", _CATALOGUE, "text/csv")
    assert (answer.status, answer.json["code"]) == (429, "import_queue_full")
    assert answer.headers["Retry-After"] == "60"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/imports/none"), ("GET", "/imports/none/failures"), ("DELETE", "/imports/none")],
)
def test_an_unknown_import_is_not_found(client: Client, method: str, path: str) -> None:
    answer = client.request(method, path)
    assert (answer.status, answer.json["code"]) == (404, "unknown_import")


@pytest.mark.parametrize(
    ("query", "policy"),
    [
        ("", None),
        ("?check=true", OnDuplicate.ACCEPT),
        ("?check=true&on_duplicate=refuse", OnDuplicate.REFUSE),
    ],
)
def test_an_import_is_checked_where_it_is_asked_for(
    client: Client, parts: Parts, query: str, policy: OnDuplicate | None
) -> None:
    answer = client.request("POST", f"/imports{query}", b"entity_id,image_url\n", "text/csv")
    assert answer.status == 202
    assert parts.runner.policies == [policy]


def test_what_to_do_with_duplicates_needs_a_check(client: Client) -> None:
    answer = client.request("POST", "/imports?on_duplicate=flag", b"entity_id\n", "text/csv")
    assert (answer.status, answer.json["code"]) == (400, "bad_parameter")


def test_a_catalogue_that_is_elsewhere_is_named(client: Client, parts: Parts) -> None:
    answer = client.request("POST", "/imports?source=s3://bucket/shop.csv&mode=sync", b"", None)
    assert (answer.status, answer.headers["Location"]) == (202, "/imports/run-1")
    assert parts.runner.started == [(b"s3://bucket/shop.csv", SyncOptions())]


@pytest.mark.parametrize(("query", "detail"), [("", None), ("?failed=true", "again")])
def test_an_import_is_resumed(client: Client, parts: Parts, query: str, detail: str | None) -> None:
    parts.storage.imports.put(ImportRun("r", NOW, state=RunState.CANCELLED))
    answer = client.request("POST", f"/imports/r/resume{query}", b"", None)
    assert (answer.status, answer.headers["Location"]) == (202, "/imports/r")
    assert (answer.json["state"], answer.json["detail"]) == ("running", detail)
    assert client.request("POST", "/imports/none/resume", b"", None).status == 404
