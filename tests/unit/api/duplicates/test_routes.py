"""Searches for duplicates are accepted at once, watched, and read group by group."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace

import pytest

from lookalike.api.duplicates import service
from lookalike.decisions import DecisionKind
from lookalike.duplicates.grouping import Kind, PictureGroup
from lookalike.duplicates.groups import GroupBuilder
from lookalike.duplicates.keeping import Keep
from lookalike.fingerprint.signature import encode
from lookalike.pictures import Picture
from lookalike.storage.duplicates import DuplicateRun, PictureLink
from lookalike.storage.run_state import RunState
from tests.builders import a_decision, a_fingerprint_id, a_picture, a_product
from tests.images import picture
from tests.service import NOW, Client, Parts
from tests.unit.fingerprint.test_signature import _cells

RUN = DuplicateRun("run-9", 1_000_000.0, keep=("largest", "oldest", "most_complete"))


def stored(number: int) -> Picture:
    signature = encode(_cells(number), picture(300, 400, seed=number))
    return a_picture(number, signature=signature)


@pytest.fixture
def done(parts: Parts) -> DuplicateRun:
    """A search that has found three groups of two pictures."""
    storage = parts.storage
    storage.pictures.put_many([stored(number) for number in range(6)])
    storage.products.put_many([a_product(number) for number in range(6)])
    build = GroupBuilder(storage.products, storage.pictures, storage.duplicates, Keep.order([]))
    pairs = [(a_fingerprint_id(n), a_fingerprint_id(n + 1)) for n in (0, 2, 4)]
    groups = build.of_pictures(
        PictureGroup(Kind.DUPLICATE, (pair,), (PictureLink(*pair, 0.98, "duplicate"),))
        for pair in pairs
    )
    run = replace(RUN, state=RunState.DONE, finished_at=NOW, groups=3)
    storage.duplicates.put(run)
    storage.duplicates.put_groups(run.run_id, 1, list(groups))
    return run


def test_a_search_is_accepted(client: Client) -> None:
    answer = client.request("POST", "/duplicates?min_match=80&keep=oldest")
    assert (answer.status, answer.headers["Location"]) == (202, "/duplicates/run-1")
    assert answer.json["min_match"] == 80
    assert answer.json["keep"] == ["oldest", "largest", "most_complete"]
    assert (answer.json["state"], answer.json["groups"]) == ("running", None)
    assert client.get(answer.headers["Location"]).json == answer.json


@pytest.mark.parametrize(
    "query", ["min_match=49", "min_match=101", "keep=newest", "keep=oldest&keep=oldest", "min=5"]
)
def test_a_search_with_options_that_there_are_not_is_refused(client: Client, query: str) -> None:
    answer = client.request("POST", f"/duplicates?{query}")
    assert (answer.status, answer.json["code"]) == (400, "bad_parameter")


def test_progress_tells_rate_and_time_left(client: Client, parts: Parts) -> None:
    """Ten seconds after the last start, at which 20 of 100 pictures were compared."""
    parts.storage.duplicates.put(
        replace(RUN, total=100, compared=60, started_at=NOW - 10, compared_before=20)
    )
    answer = client.get("/duplicates/run-9").json
    assert (answer["compared"], answer["left"]) == (60, 40)
    assert (answer["pictures_per_second"], answer["seconds_left"]) == (4, 10)


@pytest.mark.parametrize("path", ["/duplicates/none", "/duplicates/none/groups"])
def test_a_search_that_there_is_not_is_unknown(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status, answer.json["code"]) == (404, "unknown_duplicate_run")


def test_a_search_is_stopped(client: Client) -> None:
    path = client.request("POST", "/duplicates").headers["Location"]
    answer = client.request("DELETE", path)
    assert (answer.status, answer.json["state"]) == (200, "cancelled")
    assert client.get(path).json == answer.json


def test_a_page_of_large_groups_is_cut_to_fewer(
    client: Client, done: DuplicateRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MAX_ANSWER_BYTES", 10)
    path, cursors = f"/duplicates/{done.run_id}/groups", [""]
    for cursor in cursors:
        page = client.get(f"{path}?cursor={cursor}").json
        assert len(page["groups"]) == 1
        cursors += [page["next_cursor"]] if page["next_cursor"] else []
    assert len(cursors) == 3


def test_groups_come_in_pages(client: Client, done: DuplicateRun) -> None:
    path = f"/duplicates/{done.run_id}/groups?limit=2"
    first = client.get(path).json
    second = client.get(f"{path}&cursor={first['next_cursor']}").json
    assert (len(first["groups"]), len(second["groups"]), second["next_cursor"]) == (2, 1, None)
    [group] = second["groups"]
    assert (group["kind"], group["products"], group["match_percentage"]) == ("duplicate", 2, 98)
    assert {member["entity_id"] for member in group["members"]} == {
        "entity-000004",
        "entity-000005",
    }
    assert group["pictures"][0]["thumbnail"] is None


def test_thumbnails_are_sent_where_asked_for(client: Client, done: DuplicateRun) -> None:
    page = client.get(f"/duplicates/{done.run_id}/groups?thumbnails=true").json
    picture = page["groups"][0]["pictures"][0]
    assert b64decode(picture["thumbnail"])[8:12] == b"WEBP"


def test_there_are_no_groups_before_the_search_is_done(client: Client, parts: Parts) -> None:
    parts.storage.duplicates.put(RUN)
    parts.storage.duplicates.put_groups("run-9", 1, [{"half": "written"}])
    answer = client.get("/duplicates/run-9/groups").json
    assert answer == {"groups": [], "next_cursor": None}


@pytest.mark.parametrize("cursor", ["x", "-1", "1.5", "9" * 30])
def test_a_cursor_of_no_page_is_refused(client: Client, done: DuplicateRun, cursor: str) -> None:
    answer = client.get(f"/duplicates/{done.run_id}/groups?cursor={cursor}")
    assert (answer.status, answer.json["code"]) == (400, "bad_parameter")


def test_groups_say_what_was_decided_after_the_search(
    client: Client, parts: Parts, done: DuplicateRun
) -> None:
    path = f"/duplicates/{done.run_id}/groups"
    before = client.get(path).json["groups"]
    assert [group["decided"] for group in before] == [False, False, False]
    decision = a_decision(2, 3, DecisionKind.DUPLICATE)
    parts.storage.decisions.put(decision)
    groups = client.get(path).json["groups"]
    [decided] = [group for group in groups if group["decided"]]
    assert {each["entity_id"] for each in decided["members"]} == {decision.a, decision.b}
    undecided = client.get(f"{path}?undecided=true").json["groups"]
    assert undecided == [group for group in groups if not group["decided"]]
    [told] = decided["decisions"]
    assert (told["id"], told["decision"]) == (decision.decision_id, "duplicate")
