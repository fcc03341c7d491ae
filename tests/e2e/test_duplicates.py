"""All duplicates of the catalogue: the groups that one machine finds among the same products."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import pytest

from tests.e2e.conftest import Index
from tests.e2e.service import Api, Asking, in_text, wait_until
from tests.e2e.test_checks import an_edited_copy, chosen
from tests.integration.processes import Service

pytestmark = pytest.mark.timeout(1800)

SEARCH = "/duplicates?min_match=80&keep=largest&keep=most_complete"
COPY = "a-copy"
Members = frozenset[str]


def searched(asking: Asking) -> dict[str, Any]:
    """A search, when it has ended."""
    begun = asking("POST", SEARCH)
    assert begun.status_code == HTTPStatus.ACCEPTED, begun.text
    path, shown = begun.headers["Location"], dict[str, Any]()

    def is_over() -> bool:
        shown.update(asking("GET", path).json())
        return bool(shown["state"] != "running")

    wait_until(is_over, "the search ends")
    return shown


def groups(asking: Asking, search: Mapping[str, Any]) -> dict[Members, tuple[str, str | None]]:
    """Kind and product to keep of each group, by its products of the sample."""
    answer = asking("GET", f"/duplicates/{search['id']}/groups?limit=500").json()
    return {
        frozenset(member["entity_id"] for member in group["members"]): (
            group["kind"],
            group["keep"] and group["keep"]["entity_id"],
        )
        for group in answer["groups"]
    }


def test_should_find_the_groups_of_one_machine(
    api: Api,
    index: Index,
    local: Service,
    registered: Mapping[str, str],
    registered_here: Mapping[str, str],
) -> None:
    """An edited copy of one product is there as another one, which the second search finds."""
    assert registered.keys() == registered_here.keys()
    first = searched(api.request)
    assert (first["state"], first["left"]) == ("done", 0), first
    found, here = (groups(each, searched(each)) for each in (api.request, local.request))
    assert found == here
    entry = chosen(0)
    copy = {"sku": "another", **in_text(an_edited_copy("flip"))}
    for asking in (api.request, local.request):
        stored = asking("PUT", f"/products/{COPY}", json=copy)
        assert stored.status_code == HTTPStatus.CREATED, stored.text
    index.wait(stored.json()["fingerprint"]["id"], there=True)
    try:
        second = searched(api.request)
        assert (second["state"], second["total"]) == ("done", 1), second
        found = groups(api.request, second)
        assert found == groups(local.request, searched(local.request))
        assert [each for each in found if each >= {COPY, entry.entity_id}]
    finally:
        for asking in (api.request, local.request):
            asking("DELETE", f"/products/{COPY}")


def test_should_stop_a_search(api: Api, registered: Mapping[str, str]) -> None:
    assert registered
    begun = api.request("POST", "/duplicates?min_match=99")
    stopped = api.request("DELETE", begun.headers["Location"]).json()
    assert stopped["state"] in {"cancelled", "done"}
    assert stopped["finished_at"]
