"""Status counts, and health only says that the process serves."""

from __future__ import annotations

from lambdas.service_status.models import StatusAnswer
from lambdas.service_status.service import ServiceStatus, StatusReport
from tests.builders import VERSION, a_picture, a_product
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
        "algorithm_version": VERSION,
        "index": {"pictures": 2, "behind": 0, "ahead": 0, "fresh": True},
        "service_version": "0.1.0",
        "uptime_seconds": 0.0,
    }


def test_pictures_of_another_version_are_what_the_index_is_behind(
    client: Client, parts: Parts
) -> None:
    parts.storage.pictures.put_many([a_picture(1), a_picture(2, version="older")])
    index = client.get("/status").json["index"]
    assert index == {"pictures": 1, "behind": 1, "ahead": 0, "fresh": False}


def test_an_index_that_is_ahead_is_not_fresh() -> None:
    report = StatusReport(0, 1, 3, "v", "0.1.0", 1.0)
    assert StatusAnswer.of(report).index.model_dump() == {
        "pictures": 3,
        "behind": 0,
        "ahead": 2,
        "fresh": False,
    }


def test_uptime_counts_from_the_start(parts: Parts) -> None:
    moments = iter([100.0, 107.5])
    service = ServiceStatus(parts.storage, VERSION, "0.1.0", lambda: next(moments))
    assert service.report().uptime == 7.5
