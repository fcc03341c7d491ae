"""Prometheus reads what has happened and how things are."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from lookalike.local.http_server.request_note import RequestNote
from lookalike.local.metrics import Labelled, Measurement, Metrics, one


def samples(metrics: Metrics) -> dict[tuple[str, str], float]:
    """Values by name and by the values of their labels, in the order of their names."""
    return {
        (sample.name, " ".join(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(metrics.text())
        for sample in family.samples
    }


def a_note(route: str | None, status: int, seconds: float = 0.02) -> RequestNote:
    return RequestNote("::1", "BREW", "/x", route, status=status, seconds=seconds)


def test_should_count_requests_by_route_and_status() -> None:
    metrics = Metrics()
    for status in (200, 200, 404, 0):
        metrics.count(a_note("GET /products/<entity_id>", status))
    found = samples(metrics)
    name, route = "lookalike_requests_total", "GET /products/<entity_id>"
    assert [found[name, f"{route} {status}"] for status in (200, 404, "gone")] == [2, 1, 1]
    assert found["lookalike_request_seconds_count", route] == 4
    bucket = "lookalike_request_seconds_bucket"
    assert [found[bucket, f"{least} {route}"] for least in ("0.01", "0.025")] == [0, 4]


def test_should_make_no_labels_of_what_a_client_writes() -> None:
    metrics = Metrics()
    metrics.count(a_note(None, 404))
    assert samples(metrics)["lookalike_requests_total", "none none 404"] == 1
    assert "BREW" not in metrics.text()


def test_should_read_measurements_when_asked() -> None:
    values = iter([3.0, 4.0])
    by_state: Labelled = {("pending",): 2.0, ("dead",): 1.0}
    metrics = Metrics(
        [
            Measurement("products", "Products.", one(lambda: next(values))),
            Measurement("deaths", "Deaths.", one(lambda: 7), is_count=True),
            Measurement("deliveries", "By state.", lambda: by_state, labels=("state",)),
        ]
    )
    found = samples(metrics)
    assert found["lookalike_products", ""] == 3
    assert found["lookalike_deaths_total", ""] == 7
    assert found["lookalike_deliveries", "dead"] == 1
    assert samples(metrics)["lookalike_products", ""] == 4


def test_should_say_what_the_process_takes() -> None:
    assert samples(Metrics())["process_resident_memory_bytes", ""] > 1_000_000
