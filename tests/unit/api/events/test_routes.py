"""``GET /events`` lists what has happened, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lookalike.api.events.routes import list_events_routes
from lookalike.local.http_server.concurrent_resolver import build_resolver
from lookalike.storage.events import Event, EventType
from lookalike.storage.sqlite.storage import EmbeddedStorage
from tests.builders import VERSION
from tests.service import Client


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[EmbeddedStorage]:
    """A folder without events."""
    with closing(EmbeddedStorage(tmp_path, VERSION)) as made:
        yield made


@pytest.fixture
def client(storage: EmbeddedStorage) -> Client:
    return Client(build_resolver([list_events_routes(storage.events)], "1"))


def happen(storage: EmbeddedStorage, *subjects: str) -> None:
    kind = EventType.PICTURE_REGISTERED
    storage.events.add([Event.new(kind, each, {"entity_id": each}, 1.5) for each in subjects])


def test_should_list_the_oldest_first(storage: EmbeddedStorage, client: Client) -> None:
    happen(storage, "a", "b")
    answer = client.get("/events").json
    assert [event["data"]["entity_id"] for event in answer["events"]] == ["a", "b"]
    first = answer["events"][0]
    assert (first["type"], first["timestamp"][-16:]) == ("picture.registered", "00:00:01.500000Z")
    assert first["id"].startswith("evt_")
    assert answer["next_cursor"] is None


def test_should_go_on_where_a_page_ended(storage: EmbeddedStorage, client: Client) -> None:
    happen(storage, "a", "b", "c")
    page = client.get("/events?limit=2").json
    assert page["next_cursor"] == page["latest_cursor"]
    rest = client.get(f"/events?limit=2&cursor={page['next_cursor']}").json
    assert [event["data"]["entity_id"] for event in rest["events"]] == ["c"]
    assert rest["next_cursor"] is None
    later = f"/events?cursor={rest['latest_cursor']}"
    assert client.get(later).json["events"] == []
    happen(storage, "d")
    assert [each["data"]["entity_id"] for each in client.get(later).json["events"]] == ["d"]


def test_should_begin_again_where_nothing_has_happened_yet(client: Client) -> None:
    empty = client.get("/events").json
    assert (empty["events"], empty["next_cursor"]) == ([], None)
    assert client.get(f"/events?cursor={empty['latest_cursor']}").status == 200


def test_should_list_events_of_some_types(storage: EmbeddedStorage, client: Client) -> None:
    happen(storage, "a")
    storage.events.add([Event.new(EventType.IMPORT_FINISHED, "1", {"import_id": "1"}, 2.0)])
    only = client.get("/events?type=import.finished").json["events"]
    assert [event["data"] for event in only] == [{"import_id": "1"}]
    both = client.get("/events?type=import.finished&type=picture.registered").json["events"]
    assert len(both) == 2


def test_should_list_the_newest_first_where_that_is_asked_for(
    storage: EmbeddedStorage, client: Client
) -> None:
    happen(storage, "a", "b", "c")
    page = client.get("/events?newest_first=true&limit=2").json
    assert [event["data"]["entity_id"] for event in page["events"]] == ["c", "b"]
    older = f"/events?newest_first=true&limit=2&cursor={page['next_cursor']}"
    rest = client.get(older).json
    assert [event["data"]["entity_id"] for event in rest["events"]] == ["a"]
    assert rest["next_cursor"] is None
    happen(storage, "d")
    since = client.get(f"/events?cursor={page['latest_cursor']}").json["events"]
    assert [event["data"]["entity_id"] for event in since] == ["d"]


@pytest.mark.parametrize("order", ["", "&newest_first=true"])
def test_should_list_events_of_one_product(
    storage: EmbeddedStorage, client: Client, order: str
) -> None:
    happen(storage, "a", "b", "a")
    only = client.get(f"/events?entity_id=a{order}").json["events"]
    assert [event["data"]["entity_id"] for event in only] == ["a", "a"]
    assert client.get(f"/events?entity_id=c{order}").json["events"] == []


@pytest.mark.parametrize("query", ["type=product.sold", "cursor=x", "limit=0", "limit=1001"])
def test_should_refuse_what_it_cannot_list(client: Client, query: str) -> None:
    assert client.get(f"/events?{query}").status == 400
