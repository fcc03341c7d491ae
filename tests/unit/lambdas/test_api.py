"""The functions behind the API answer as the local service does, from DynamoDB and S3."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
import requests
from aws_lambda_powertools import Metrics

from lambdas.find_similar import handler as find_similar
from lambdas.find_similar.wiring import build_parts
from lambdas.find_similar.wiring import find_similar as answers_of
from lambdas.manage_products import handler as manage_products
from lookalike.aws import api
from lookalike.aws.api import picture_decoder
from lookalike.aws.entry_point import Handler, entry_point
from lookalike.aws.made_pictures import generated_jpeg
from lookalike.aws.reconciliation_store import DynamodbReconciliationStore
from lookalike.aws.settings import CheckSettings, read_settings
from lookalike.aws.stores import dynamodb_client
from lookalike.aws.warming import warm_up_matcher
from lookalike.errors import ImageUnsupportedError, StorageUnavailableError
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.images.preparation import PreparedPicture, prepare
from lookalike.pictures import Fingerprint
from lookalike.sync.reconciliation_state import ReconciliationState
from tests.contract.storage.moto_dynamodb import NAMES
from tests.service import an_event
from tests.unit.lambdas.calls import Context, answer_of, asked

SAMPLE = Path(__file__).parent.parent.parent.parent / "sample" / "photos"


@pytest.fixture
def photograph() -> bytes:
    """One of the sample."""
    return min(SAMPLE.glob("*.jpg")).read_bytes()


@pytest.fixture(autouse=True)
def _load_network_once(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Network, "load", lambda: network)


@pytest.fixture
def checks(deployed: None) -> Handler:
    """The function behind everything but products."""
    del deployed
    return entry_point("find_similar", find_similar._build)


@pytest.fixture
def products(deployed: None) -> Handler:
    """The function behind ``/products``."""
    del deployed
    return entry_point("manage_products", manage_products._build)


def _upload(checks: Handler, picture: bytes) -> str:
    place = asked(checks, "POST", "/uploads", {"bytes": len(picture)}).json
    requests.put(place["upload_url"], data=picture, timeout=5).raise_for_status()
    return str(place["image_url"])


def test_should_refuse_a_form_with_an_endless_header(checks: Handler) -> None:
    body = b'--B\r\nContent-Disposition: form-data; name="image"' + b"; a=b" * 500_000
    headers = {"Content-Type": "multipart/form-data; boundary=B"}
    event = an_event("POST", "/find_similar", body + b"\r\n\r\nx\r\n--B--", headers)
    answer = answer_of(checks(event, Context()))
    assert (answer.status, answer.json["code"]) == (400, "bad_parameter")


def test_should_keep_a_product(checks: Handler, products: Handler, photograph: bytes) -> None:
    """It is registered by an upload, whose address is not that of its picture."""
    body = {"sku": "k1", "image_url": _upload(checks, photograph), "attributes": {"a": "b"}}
    created = asked(products, "PUT", "/products/e%2F1", body)
    assert (created.status, created.headers["Location"]) == (201, "/products/e%2F1")
    assert asked(products, "PUT", "/products/e%2F1", body).status == 200
    shown = asked(products, "GET", "/products/e%2F1")
    assert shown.json == created.json
    assert (shown.json["entity_id"], shown.json["image_url"]) == ("e/1", None)
    [listed] = asked(products, "GET", "/products?limit=5").json["products"]
    assert listed["entity_id"] == "e/1"
    assert asked(products, "DELETE", "/products/e%2F1").status == 204
    assert asked(products, "GET", "/products/e%2F1").status == 404


def test_should_keep_and_find_a_product_with_several_pictures(
    checks: Handler, products: Handler, photograph: bytes
) -> None:
    """The second is an upload; the index behind the function has none of them yet."""
    first = base64.b64encode(generated_jpeg()).decode()
    images = [{"image_base64": first}, {"image_url": _upload(checks, photograph)}]
    created = asked(products, "PUT", "/products/1", {"images": images})
    assert created.status == 201
    assert [image["image_url"] for image in created.json["images"]] == [None, None]
    assert asked(products, "PUT", "/products/1", {"images": images}).status == 200
    assert asked(products, "GET", "/products/1").json == created.json
    [listed] = asked(products, "GET", "/products").json["products"]
    assert len(listed["images"]) == 2
    assert asked(products, "DELETE", "/products/1").status == 204
    assert asked(products, "GET", "/products").json["products"] == []


def test_should_answer_in_texts_even_where_nothing_is_to_be_said(
    products: Handler, photograph: bytes
) -> None:
    picture = base64.b64encode(photograph).decode()
    assert asked(products, "PUT", "/products/1", {"image_base64": picture}).status == 201
    answer = products(an_event("DELETE", "/products/1"), Context())
    assert answer is not None
    assert (answer["statusCode"], answer["body"]) == (204, "")


def test_should_compare_uploads(checks: Handler, photograph: bytes) -> None:
    picture = {"image_url": _upload(checks, photograph)}
    answer = asked(checks, "POST", "/compare", {"a": picture, "b": picture})
    assert (answer.status, answer.json["verdict"]) == (200, "duplicate")


@pytest.mark.usefixtures("deployed")
def test_should_decode_one_picture_of_a_batch_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All large ones at once would take more memory than the function has, and so would each in a
    thread of its own: the allocator keeps what a thread has freed.
    """
    two = threading.Barrier(2, timeout=0.3)
    decoding: set[int] = set()

    def prepare(_data: bytes) -> NoReturn:
        decoding.add(threading.get_ident())
        try:
            two.wait()
        except threading.BrokenBarrierError:
            raise ImageUnsupportedError("Alone.") from None
        raise ImageUnsupportedError("Not alone.")

    monkeypatch.setattr(api, "prepare", prepare)
    app = answers_of(build_parts(read_settings(CheckSettings)), None)
    queries = [{"id": str(number), "image_base64": "YWJj"} for number in range(8)]
    answer = asked(app.resolve, "POST", "/find_similar/batch", {"queries": queries})
    assert [item["problem"]["detail"] for item in answer.json["results"]] == ["Alone."] * 8
    assert len(decoding) == 1


@pytest.mark.usefixtures("deployed")
def test_should_say_that_the_index_is_away(
    photograph: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> NoReturn:
        raise StorageUnavailableError("Away.")

    parts = build_parts(read_settings(CheckSettings))
    monkeypatch.setattr(parts.storage.vectors, "count", fail)
    event = an_event("POST", "/find_similar", photograph, {"Content-Type": "image/jpeg"})
    answer = answer_of(answers_of(parts, None).resolve(event, Context()))
    assert (answer.status, answer.json["code"]) == (503, "storage_unavailable")
    assert answer.headers["Retry-After"]


def test_should_serve_without_anything_else(checks: Handler) -> None:
    assert asked(checks, "GET", "/health").json == {"status": "ok"}
    assert asked(checks, "GET", "/").status == 200
    assert asked(checks, "GET", "/docs").status == 200


def test_should_say_what_to_do_instead_of_what_is_not_served(checks: Handler) -> None:
    assert "CloudWatch" in asked(checks, "GET", "/metrics").json["detail"]


def test_should_fail_an_import_that_no_state_machine_works_on(products: Handler) -> None:
    event = an_event("POST", "/imports", b"entity_id,image_url\n", {"Content-Type": "text/csv"})
    answer = answer_of(products(event, Context()))
    assert (answer.status, answer.json["code"]) == (503, "storage_unavailable")
    assert asked(products, "GET", "/imports/none").json["code"] == "unknown_import"
    refused = asked(products, "POST", "/imports?source=upload:x")
    assert (refused.status, refused.json["code"]) == (400, "bad_parameter")


def test_should_fail_a_search_for_duplicates_that_no_state_machine_works_on(
    products: Handler,
) -> None:
    answer = asked(products, "POST", "/duplicates")
    assert (answer.status, answer.json["code"]) == (503, "storage_unavailable")
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/groups")):
        unknown = asked(products, method, f"/duplicates/none{path}")
        assert (unknown.status, unknown.json["code"]) == (404, "unknown_duplicate_run")
    refused = asked(products, "POST", "/duplicates?keep=oldest")
    assert (refused.status, refused.json["code"]) == (400, "bad_parameter")


def test_should_describe_the_whole_api(checks: Handler) -> None:
    paths = json.loads(asked(checks, "GET", "/openapi.json").content)["paths"]
    assert {"/find_similar", "/find_similar/batch", "/compare", "/status", "/uploads"} <= set(paths)
    assert set(paths["/products/{entity_id}"]) == {"put", "get", "delete"}
    assert set(paths["/imports/{import_id}"]) == {"get", "delete"}
    assert set(paths["/duplicates/{run_id}"]) == {"get", "delete"}
    assert asked(checks, "GET", "/health").status == 200  # and goes on serving


def test_should_say_that_nothing_was_counted_yet(checks: Handler) -> None:
    answer = asked(checks, "GET", "/status")
    assert (answer.status, answer.json["code"]) == (503, "not_compared_yet")
    assert answer.headers["Retry-After"] == "600"


def test_should_answer_pages_of_the_named_origin(
    deployed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    del deployed
    origin = "https://shop.example"
    monkeypatch.setenv("LOOKALIKE_CORS_ORIGIN", origin)
    handler = entry_point("find_similar", find_similar._build)
    for target in ("/health", "/nope", "/find_similar"):
        answer = asked(handler, "GET", target, Origin=origin)
        assert answer.headers["Access-Control-Allow-Origin"] == origin
    elsewhere = asked(handler, "GET", "/health", Origin="https://other.example")
    assert "Access-Control-Allow-Origin" not in elsewhere.headers


def test_should_allow_no_other_pages_by_default(checks: Handler) -> None:
    answer = asked(checks, "GET", "/health", Origin="https://shop.example")
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_should_log_the_request_id_that_callers_get(
    deployed: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    del deployed
    handler = entry_point("find_similar", find_similar._build, "requestContext.requestId")

    def broken() -> None:
        raise RuntimeError("unexpected")

    monkeypatch.setattr(DynamodbReconciliationStore, "last", lambda _self: broken())
    answer = asked(handler, "GET", "/status")
    assert (answer.status, answer.json["request_id"]) == (500, "request-1")
    logged = [line for line in _lines(capsys) if line.get("level") == "ERROR"]
    assert [line["correlation_id"] for line in logged] == ["request-1"]
    assert "unexpected" in json.dumps(logged)


def test_should_warm_up_without_asking_a_store(deployed: None) -> None:
    """No table is asked, and no OpenSearch answers here."""
    del deployed
    parts = build_parts(read_settings(CheckSettings))
    warm_up_matcher(parts.matcher, parts.reader.read)


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(("started", "warmed"), [("snap-start", 1), ("on-demand", 0)])
def test_should_fingerprint_a_picture_before_the_snapshot_that_registers_them(
    monkeypatch: pytest.MonkeyPatch, started: str, warmed: int
) -> None:
    """A function that is not snapshotted starts without warming up."""
    built: list[Fingerprint] = []
    fingerprint = PictureFingerprinter.fingerprint

    def noted(self: PictureFingerprinter, picture: PreparedPicture) -> Fingerprint:
        built.append(fingerprint(self, picture))
        return built[-1]

    monkeypatch.setattr(PictureFingerprinter, "fingerprint", noted)
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", started)
    manage_products._build(Metrics(namespace="any"))
    assert len(built) == warmed


@pytest.mark.parametrize("started", ["snap-start", "on-demand"])
def test_should_decode_where_a_picture_ends_nothing_else(
    monkeypatch: pytest.MonkeyPatch, started: str
) -> None:
    """Unless a caller would have to wait for the start of a decoder."""
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", started)
    decoder = picture_decoder()
    assert (decoder is prepare) == (started == "on-demand")
    assert decoder(generated_jpeg()).whole.tobytes() == prepare(generated_jpeg()).whole.tobytes()


def _lines(capsys: pytest.CaptureFixture[str]) -> Iterator[dict[str, Any]]:
    for line in capsys.readouterr().out.splitlines():
        yield json.loads(line)


@pytest.mark.usefixtures("deployed")
def test_should_show_the_counts_of_the_last_reconciliation(monkeypatch: pytest.MonkeyPatch) -> None:
    reconciliations = DynamodbReconciliationStore(dynamodb_client(), NAMES.imports)
    ended = ReconciliationState(version="1", started_at=1.0, finished_at=2.0)
    reconciliations.save(ended.model_copy(update={"products": 5, "pictures": 4, "behind": 1}))
    parts = build_parts(read_settings(CheckSettings))
    monkeypatch.setattr(parts.storage.vectors, "count", lambda: 3)
    status = asked(answers_of(parts, None).resolve, "GET", "/status").json
    assert (status["products"], status["pictures"], status["outdated"]) == (5, 4, 0)
    index = status["index"]
    assert index.pop("compared_seconds_ago") > 1_000_000_000
    assert index == {"pictures": 3, "behind": 1, "ahead": 0, "fresh": False}
