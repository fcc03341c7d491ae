"""Status counts, and health only says that the process serves."""

from __future__ import annotations

from lookalike.api.status.service import ServiceStatus
from tests.builders import VERSION, a_fingerprint_id, a_picture, a_product, a_vector_entry
from tests.service import Client, Parts


def test_health_is_ok(client: Client) -> None:
    answer = client.get("/health")
    assert (answer.status, answer.json) == (200, {"status": "ok"})


def test_status_counts_what_there_is(client: Client, parts: Parts) -> None:
    parts.storage.pictures.put_many([a_picture(1), a_picture(2)])
    parts.storage.products.put_many([a_product(n, fingerprint_id="f") for n in range(3)])
    assert client.get("/status").json == {
        "products": 3,
        "pictures": 2,
        "outdated": 0,
        "algorithm_version": VERSION,
        "index": {"pictures": 2, "behind": 0, "ahead": 0, "fresh": True},
        "service_version": "0.1.0",
        "uptime_seconds": 0.0,
    }


def test_pictures_of_another_version_are_no_drift(client: Client, parts: Parts) -> None:
    """They stay after a change of the algorithm, where the index is in step all the same."""
    parts.storage.pictures.put_many([a_picture(1), a_picture(2, version="older")])
    status = client.get("/status").json
    assert (status["pictures"], status["outdated"]) == (2, 1)
    assert status["index"] == {"pictures": 1, "behind": 0, "ahead": 0, "fresh": True}


def test_an_index_of_the_right_length_is_not_fresh_with_the_wrong_pictures(
    client: Client, parts: Parts
) -> None:
    parts.storage.pictures.put_many([a_picture(1), a_picture(2)])
    parts.storage.vectors.remove([a_fingerprint_id(1)])
    parts.storage.vectors.add([a_vector_entry(3)])
    index = client.get("/status").json["index"]
    assert index == {"pictures": 2, "behind": 1, "ahead": 1, "fresh": False}


def test_uptime_counts_from_the_start(parts: Parts) -> None:
    moments = iter([100.0, 107.5])
    service = ServiceStatus(parts.storage, VERSION, "0.1.0", lambda: next(moments))
    assert service.report().uptime == 7.5
