"""``POST /import_previews`` says what an import would do."""

from __future__ import annotations

import pytest

from lookalike.api.imports.previewer import ImportPreview
from lookalike.catalogue.feed_scope import FeedScope
from lookalike.catalogue.max_deletions import MaxDeletions
from lookalike.catalogue.sync_options import SyncOptions
from lookalike.catalogue.wanted_columns import ColumnsError
from tests.service import Client, Parts, a_form

_CATALOGUE = b"Handle,Bild,Title\n1,1.jpg,Shirt\n,2.jpg,Dress\n"


def test_should_say_what_the_columns_are_and_what_would_happen(
    client: Client, parts: Parts
) -> None:
    form, kind = a_form({"catalogue": (_CATALOGUE, "shop.csv")})
    shown = client.request("POST", "/import_previews", form, kind).json
    assert shown["format"] == "CSV"
    assert shown["columns"] == {
        "entity_id": "Handle",
        "sku": None,
        "image_url": "Bild",
        "further_pictures": [],
        "attributes": ["Title"],
        "left_out": [],
        "available": ["Handle", "Bild", "Title"],
        "examples": {"Handle": "1", "Bild": "1.jpg"},
    }
    assert (shown["rows"], shown["added"], shown["failed"]) == (2, 1, 1)
    assert shown["samples"] == {"added": ["1"], "changed": [], "deleted": []}
    assert [failure["row"] for failure in shown["failures"]] == [3]
    assert parts.previewer.asked == [(_CATALOGUE, None)]
    assert parts.runner.started == []


def test_should_take_the_parameters_of_a_sync(client: Client, parts: Parts) -> None:
    query = "/import_previews?mode=sync&max_deletions=25&filter=seller:a"
    assert client.request("POST", query, _CATALOGUE, "text/csv").status == 200
    scope = FeedScope(frozenset({("seller", "a")}))
    assert parts.previewer.asked == [(_CATALOGUE, SyncOptions(MaxDeletions(25), scope))]


def test_should_take_what_the_columns_are(client: Client, parts: Parts) -> None:
    query = "/import_previews?columns=entity_id=Nr.,%20alt&columns=sku="
    assert client.request("POST", query, _CATALOGUE, "text/csv").status == 200
    assert parts.previewer.columns == [{"entity_id": "Nr., alt", "sku": ""}]


def test_should_list_the_columns_where_they_are_not_known(
    client: Client, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: object) -> ImportPreview:
        error = ColumnsError("No column is known to have the entity_id.", ["Nr", "B\ud800ld"])
        error.examples = {"Nr": "17", "B\ud800ld": "17.jpg"}
        raise error

    monkeypatch.setattr(parts.previewer, "preview", refuse)
    answer = client.request("POST", "/import_previews", _CATALOGUE, "text/csv")
    assert (answer.status, answer.json["code"]) == (422, "catalogue_invalid")
    assert answer.json["columns"] == ["Nr", "B?ld"]
    assert answer.json["examples"] == {"Nr": "17", "B?ld": "17.jpg"}


@pytest.mark.parametrize("query", ["mode=x", "mode=sync&max_deletions=101%25"])
def test_should_refuse_what_cannot_be_meant(client: Client, query: str) -> None:
    answer = client.request("POST", f"/import_previews?{query}", _CATALOGUE, "text/csv")
    assert (answer.status, answer.json["code"]) == (400, "bad_parameter")
