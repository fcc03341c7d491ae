"""What people decide about two products holds in checks, arrivals and searches until undone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import pytest
import requests

from tests.e2e.conftest import Index
from tests.e2e.service import Api, Entry, in_text, matches
from tests.e2e.test_checks import CHANGES, JPEG, an_edited_copy, chosen
from tests.e2e.test_duplicates import groups, searched

pytestmark = pytest.mark.timeout(1800)

COPY = "decided-copy"
CHANGE = CHANGES[2]


def register(api: Api, query: str = "") -> requests.Response:
    """Register an edited copy of a product of the sample as another product."""
    body = {"sku": "another", **in_text(an_edited_copy(CHANGE))}
    return api.request("PUT", f"/products/{COPY}{query}", json=body)


def found(api: Api) -> list[str]:
    """The products that show the photograph of that copy, beside itself."""
    target = f"/find_similar?top=5&exclude_entity_id={COPY}"
    picture = an_edited_copy(CHANGE)
    return [each[0] for each in matches(api.request("POST", target, data=picture, headers=JPEG))]


def decided(api: Api, entry: Entry) -> list[dict[str, Any]]:
    """The decisions about a product."""
    answer = api.request("GET", f"/decisions?entity_id={entry.entity_id}")
    listed: list[dict[str, Any]] = answer.json()["decisions"]
    return listed


def is_grouped(api: Api, entry: Entry) -> bool:
    """Whether a search for duplicates puts both products into one group."""
    both = {COPY, entry.entity_id}
    return any(members >= both for members in groups(api.request, searched(api.request)))


@pytest.fixture
def copied(api: Api, index: Index, registered: Mapping[str, str]) -> Iterator[Entry]:
    """The product of the sample of which that copy is there, too."""
    entry = chosen(2)
    assert entry.entity_id in registered
    stored = register(api)
    assert stored.status_code == HTTPStatus.CREATED, stored.text
    index.wait(stored.json()["fingerprint"]["id"], there=True)
    yield entry
    for decision in decided(api, entry):
        api.request("DELETE", f"/decisions/{decision['id']}")
    api.request("DELETE", f"/products/{COPY}")


def test_should_hold_until_it_is_undone(api: Api, copied: Entry) -> None:
    assert found(api) == [copied.entity_id]
    assert is_grouped(api, copied)
    new = {"a": COPY, "b": copied.entity_id, "decision": "not_duplicate", "note": "ü", "by": "Ada"}
    made = api.request("PUT", "/decisions", json=new)
    assert made.status_code == HTTPStatus.CREATED, made.text
    assert api.request("PUT", "/decisions", json=new).status_code == HTTPStatus.OK

    assert found(api) == []
    assert not is_grouped(api, copied)
    [decision] = decided(api, copied)
    shown = {decision["decision"], decision["note"], decision["by"], decision["id"]}
    assert shown == {"not_duplicate", "ü", "Ada", made.json()["id"]}
    assert {decision["a"], decision["b"]} == {COPY, copied.entity_id}

    undone = api.request("DELETE", f"/decisions/{decision['id']}")
    assert undone.status_code == HTTPStatus.NO_CONTENT
    assert decided(api, copied) == []
    assert found(api) == [copied.entity_id]
    assert is_grouped(api, copied)


def test_should_hold_for_a_product_that_comes_again(api: Api, copied: Entry) -> None:
    """Arriving, it is checked, and refused when nothing is decided any more."""
    new = {"a": copied.entity_id, "b": COPY, "decision": "not_duplicate"}
    decision = api.request("PUT", "/decisions", json=new).json()["id"]
    checked = "?check=true&on_duplicate=refuse"
    for status in (HTTPStatus.CREATED, HTTPStatus.CONFLICT):
        assert api.request("DELETE", f"/products/{COPY}").status_code == HTTPStatus.NO_CONTENT
        arrived = register(api, checked)
        assert arrived.status_code == status, arrived.text
        api.request("DELETE", f"/decisions/{decision}")
    assert arrived.json()["match"]["entity_id"] == copied.entity_id
