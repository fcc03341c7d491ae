"""The contract lists every route and every way it may end; the docs work offline."""

from __future__ import annotations

import re
from typing import Any

import pytest

from lookalike.local.application import resolver
from tests.service import Client

_ROUTES = {
    ("get", "/find_similar"): "200 400 403 405 408 415 422 429 500 503",
    ("post", "/find_similar"): "200 400 403 405 408 413 415 422 429 500 503",
    ("post", "/find_similar/batch"): "200 400 403 405 408 413 415 429 500 503",
    ("post", "/compare"): "200 400 403 405 408 413 415 422 429 500",
    ("put", "/products/{entity_id}"): "200 201 400 403 405 408 413 415 422 429 500 503",
    ("get", "/products/{entity_id}"): "200 400 403 404 405 408 429 500 503",
    ("delete", "/products/{entity_id}"): "204 400 403 404 405 408 429 500 503",
    ("post", "/imports"): "202 400 403 405 408 413 415 422 429 500 503",
    ("get", "/imports/{import_id}"): "200 400 403 404 405 408 429 500 503",
    ("get", "/imports/{import_id}/failures"): "200 400 403 404 405 408 429 500 503",
    ("get", "/status"): "200 400 403 405 408 429 500 503",
    ("get", "/health"): "200 400 403 405 408 429 500",
}


@pytest.fixture
def contract(client: Client) -> dict[str, Any]:
    answer = client.get("/openapi.json")
    assert answer.headers["Content-Type"] == "application/json"
    document: dict[str, Any] = answer.json
    return document


def test_every_route_and_every_status_is_listed(contract: dict[str, Any]) -> None:
    listed = {
        (method, path): " ".join(sorted(operation["responses"]))
        for path, item in contract["paths"].items()
        for method, operation in item.items()
    }
    assert listed == _ROUTES


def test_every_error_is_a_problem(contract: dict[str, Any]) -> None:
    problem = {"$ref": "#/components/schemas/Problem"}
    for item in contract["paths"].values():
        for operation in item.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert response["content"] == {"application/problem+json": {"schema": problem}}


def test_every_reference_leads_somewhere(contract: dict[str, Any]) -> None:
    names = set(re.findall(r"'#/components/schemas/([^']+)'", str(contract)))
    assert names <= contract["components"]["schemas"].keys()
    assert "$defs" not in str(contract)


def test_the_document_is_openapi_3_1(contract: dict[str, Any]) -> None:
    assert contract["openapi"].startswith("3.1")
    assert contract["info"]["title"] == "Lookalike"
    operations = [op for item in contract["paths"].values() for op in item.values()]
    ids = [operation["operationId"] for operation in operations]
    assert len(set(ids)) == len(ids)
    assert all(operation["summary"] for operation in operations)


def test_parameters_are_listed_with_their_limits(contract: dict[str, Any]) -> None:
    parameters = contract["paths"]["/find_similar"]["get"]["parameters"]
    by_name = {parameter["name"]: parameter for parameter in parameters}
    assert list(by_name) == [
        "image_url",
        "top",
        "min_match",
        "exclude_entity_id",
        "exclude_sku",
        "filter",
    ]
    assert by_name["image_url"]["required"] is True
    top = by_name["top"]["schema"]
    assert (top["minimum"], top["maximum"], top["default"]) == (1, 50, 1)


def test_every_body_of_a_check_is_listed(contract: dict[str, Any]) -> None:
    content = contract["paths"]["/find_similar"]["post"]["requestBody"]["content"]
    assert {"image/*", "multipart/form-data", "application/json"} <= content.keys()


@pytest.mark.parametrize(
    ("schema", "keys"),
    [
        ("EvidenceAnswer", ("outline_of_query", "outline_of_match")),
        ("ComparisonEvidence", ("outline_of_a", "outline_of_b")),
    ],
)
def test_an_outline_is_a_list_of_pairs_or_null(
    contract: dict[str, Any], schema: str, keys: tuple[str, str]
) -> None:
    for key in keys:
        outline, null = contract["components"]["schemas"][schema]["properties"][key]["anyOf"]
        assert (outline["type"], null) == ("array", {"type": "null"})
        pair = outline["items"]
        assert (pair["type"], pair["minItems"], pair["maxItems"]) == ("array", 2, 2)
        assert pair["items"] == {"type": "number"}


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_pages_need_nothing_from_elsewhere(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    page = answer.content.decode()
    assert not re.search(r"<script[^>]+src=|<link[^>]+href=\"(?!data:)|@import", page)


def test_the_docs_carry_the_contract(client: Client) -> None:
    assert "/find_similar/batch" in client.get("/docs").content.decode()


def test_a_service_without_models_has_a_contract_too() -> None:
    answer = Client(resolver([], "0.1.0")).get("/openapi.json")
    assert (answer.status, answer.json["paths"]) == (200, {})
