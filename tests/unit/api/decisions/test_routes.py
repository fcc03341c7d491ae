"""Deciding about products, and listing and undoing decisions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from tests.builders import VERSION, a_fingerprint, a_fingerprint_id, a_picture, a_product
from tests.service import Answer, Client, Parts

A, B, C = (f"entity-{number:06}" for number in range(3))
NEW = {"a": A, "b": B, "decision": "not_duplicate", "note": "Another print.", "by": "Ada"}


@pytest.fixture(autouse=True)
def _stored(parts: Parts) -> None:
    """Three products and their pictures."""
    parts.storage.pictures.put_many([a_picture(number) for number in range(3)])
    parts.storage.products.put_many([a_product(number) for number in range(3)])


def put(client: Client, **values: object) -> Answer:
    """Decide as ``NEW`` says, but for some values."""
    return client.send("PUT", "/decisions", NEW | values)


def show(parts: Parts, entity: int, picture: int) -> None:
    """Replace the picture of a product."""
    parts.storage.pictures.put_many([a_picture(picture)])
    product = replace(a_product(entity), fingerprint_id=a_fingerprint_id(picture))
    parts.storage.products.put_many([product])


def test_a_decision_is_kept_with_time_and_pictures(client: Client) -> None:
    answer = put(client)
    assert answer.status == 201
    assert answer.json == NEW | {
        "id": answer.json["id"],
        "decided_at": "1970-01-12T13:46:50Z",
        "stands": True,
        "pictures_of_a": [_shown(0)],
        "pictures_of_b": [_shown(1)],
    }
    assert client.get("/decisions").json == {"decisions": [answer.json], "next_cursor": None}


def _shown(number: int) -> dict[str, str]:
    fingerprint = a_fingerprint(number)
    return {
        "fingerprint_id": fingerprint.fingerprint_id,
        "version": VERSION,
        "phash": fingerprint.phash,
    }


def test_a_decision_is_the_same_whichever_product_is_named_first(client: Client) -> None:
    first = put(client)
    second = put(client, a=B, b=A)
    assert (second.status, second.json) == (200, first.json)


def test_agreeing_changes_nothing(client: Client) -> None:
    first = put(client)
    again = put(client, by="Bob", note="")
    assert (again.status, again.json) == (200, first.json)


@pytest.mark.parametrize("values", [{"decision": "duplicate"}, {"note": "The seam differs."}])
def test_nobody_overwrites_what_they_have_not_seen(client: Client, values: dict[str, Any]) -> None:
    first = put(client)
    refused = put(client, by="Bob", **values)
    assert (refused.status, refused.json["code"]) == (409, "decision_conflict")
    assert "by Ada" in refused.json["detail"]
    assert first.json["id"] in refused.json["detail"]
    replaced = put(client, by="Bob", replaces=first.json["id"], **values)
    assert (replaced.status, replaced.json["by"]) == (200, "Bob")
    assert replaced.json["id"] != first.json["id"]
    stale = put(client, decision="variant", replaces=first.json["id"])
    assert (stale.status, stale.json["code"]) == (409, "decision_conflict")
    assert client.get("/decisions").json["decisions"] == [replaced.json]


def test_a_decision_about_pictures_that_were_replaced_does_not_stand(
    client: Client, parts: Parts
) -> None:
    put(client)
    show(parts, 0, picture=7)
    [listed] = client.get("/decisions").json["decisions"]
    assert listed["stands"] is False
    anew = put(client, decision="duplicate")
    assert (anew.status, anew.json["decision"], anew.json["stands"]) == (200, "duplicate", True)
    assert anew.json["pictures_of_a"] == [_shown(7)]


def test_a_decision_stands_again_with_the_same_pictures(client: Client, parts: Parts) -> None:
    put(client)
    client.request("DELETE", f"/products/{A}")
    [listed] = client.get("/decisions").json["decisions"]
    assert listed["stands"] is False
    show(parts, 0, picture=0)
    [listed] = client.get("/decisions").json["decisions"]
    assert listed["stands"] is True


def test_an_undone_decision_is_gone(client: Client) -> None:
    path = f"/decisions/{put(client).json['id']}"
    assert client.request("DELETE", path).status == 204
    assert client.get("/decisions").json["decisions"] == []
    gone = client.request("DELETE", path)
    assert (gone.status, gone.json["code"]) == (404, "unknown_decision")


def test_nobody_undoes_what_they_have_not_seen(client: Client) -> None:
    first = put(client).json["id"]
    second = put(client, decision="variant", replaces=first).json
    refused = client.request("DELETE", f"/decisions/{first}")
    assert (refused.status, refused.json["code"]) == (409, "decision_conflict")
    assert client.get("/decisions").json["decisions"] == [second]


def test_decisions_are_listed_page_by_page_and_by_conditions(client: Client) -> None:
    made = [put(client).json, put(client, b=C, decision="variant").json]
    pages, cursor = [], ""
    while cursor is not None:
        page = client.get(f"/decisions?limit=1&cursor={cursor}").json
        pages += page["decisions"]
        cursor = page["next_cursor"]
    assert sorted(pages, key=lambda each: each["b"]) == made
    assert client.get(f"/decisions?entity_id={C}").json["decisions"] == made[1:]
    assert client.get("/decisions?decision=not_duplicate").json["decisions"] == made[:1]
    assert client.get(f"/decisions?entity_id={B}&decision=variant").json["decisions"] == []


def test_a_decision_of_an_export_is_kept_as_it_was_made(client: Client) -> None:
    exported = put(client).json
    client.request("DELETE", f"/decisions/{exported['id']}")
    client.request("DELETE", f"/products/{A}")
    client.request("DELETE", f"/products/{B}")
    document = {key: value for key, value in exported.items() if key not in {"id", "stands"}}
    answer = client.send("PUT", "/decisions", document)
    assert (answer.status, answer.json) == (201, exported | {"stands": False})


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"b": A}, "two products"),
        ({"b": ""}, "b"),
        ({"b": "."}, "'.'"),
        ({"decision": "perhaps"}, "decision"),
        ({"decision": None}, "decision"),
        ({"note": "x" * 2_001}, "note"),
        ({"by": "\0"}, "NUL"),
        ({"by": 5}, "by"),
        ({"decided_at": "2026-11-22T10:00:00"}, "decided_at"),
        ({"decided_at": "yesterday"}, "decided_at"),
        ({"decided_at": 5e18}, "decided_at"),
        ({"pictures_of_a": []}, "pictures_of_a"),
        ({"pictures_of_a": [{"fingerprint_id": "x"}]}, "pictures_of_a"),
        ({"seller": "x"}, "seller"),
    ],
)
def test_what_is_no_decision_is_refused(
    client: Client, values: dict[str, object], words: str
) -> None:
    answer = put(client, **values)
    assert (answer.status, answer.json["code"]) == (400, "bad_parameter")
    assert words in answer.json["detail"]
    assert client.get("/decisions").json["decisions"] == []


def test_a_decision_about_an_unknown_product_is_refused(client: Client) -> None:
    answer = put(client, b="nobody")
    assert (answer.status, answer.json["code"]) == (404, "unknown_product")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "cursor=x", "decision=perhaps", "sku=5"]
)
def test_lists_with_conditions_that_there_are_not_are_refused(client: Client, query: str) -> None:
    assert client.get(f"/decisions?{query}").status == 400


@pytest.mark.parametrize("name", ["nothing", "a/b", "ü", "%", "x" * 101])
def test_an_unknown_decision_is_not_undone(client: Client, name: str) -> None:
    status = client.request("DELETE", f"/decisions/{quote(name, safe='')}").status
    assert status in {400, 404}
