"""The contract lists every route and every status, and client generators can read it."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from openapi_spec_validator import validate

from lookalike.http.contract import document
from lookalike.local.http_server.concurrent_resolver import build_resolver
from lookalike.matching.effort import Effort
from tests.service import Client, some_parts

_ROUTES = {
    ("get", "/find_similar"): "200 400 401 403 405 408 415 422 429 500 503",
    ("post", "/find_similar"): "200 400 401 403 405 408 413 415 422 429 500 503",
    ("post", "/find_similar/batch"): "200 400 401 403 405 408 413 415 429 500 503",
    ("post", "/compare"): "200 400 401 403 405 408 413 415 422 429 500 503",
    ("get", "/search"): "200 400 401 403 404 405 408 415 422 429 500 503",
    ("post", "/search"): "200 400 401 403 405 408 413 415 422 429 500 503",
    ("get", "/products"): "200 400 401 403 405 408 429 500 503",
    ("put", "/products/{entity_id}"): "200 201 400 401 403 405 408 409 413 415 422 429 500 503",
    ("get", "/products/{entity_id}"): "200 400 401 403 404 405 408 429 500 503",
    ("delete", "/products/{entity_id}"): "204 400 401 403 404 405 408 429 500 503",
    ("get", "/imports"): "200 400 401 403 405 408 429 500 503",
    ("post", "/imports"): "202 400 401 403 405 408 413 415 422 429 500 503",
    ("post", "/import_previews"): "200 400 401 403 405 408 413 415 422 429 500 503",
    ("get", "/imports/{import_id}"): "200 400 401 403 404 405 408 429 500 503",
    ("delete", "/imports/{import_id}"): "200 400 401 403 404 405 408 429 500 503",
    ("post", "/imports/{import_id}/resume"): "202 400 401 403 404 405 408 429 500 503",
    ("get", "/imports/{import_id}/failures"): "200 400 401 403 404 405 408 429 500 503",
    ("post", "/duplicates"): "202 400 401 403 405 408 429 500 503",
    ("get", "/duplicates/{run_id}"): "200 400 401 403 404 405 408 429 500 503",
    ("delete", "/duplicates/{run_id}"): "200 400 401 403 404 405 408 429 500 503",
    ("get", "/duplicates/{run_id}/groups"): "200 400 401 403 404 405 408 429 500 503",
    ("put", "/decisions"): "200 201 400 401 403 404 405 408 409 413 415 429 500 503",
    ("get", "/decisions"): "200 400 401 403 405 408 429 500 503",
    ("delete", "/decisions/{decision_id}"): "204 400 401 403 404 405 408 409 429 500 503",
    ("get", "/status"): "200 400 401 403 405 408 429 500 503",
    ("get", "/events"): "200 400 401 403 405 408 429 500 503",
    ("get", "/thumbnails"): "200 400 401 403 405 408 429 500 503",
    ("get", "/metrics"): "200 400 401 403 405 408 429 500 503",
    ("get", "/health"): "200 400 401 403 405 408 429 500 503",
}


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    with some_parts() as parts:
        answer = Client(build_resolver(parts.routers(), "0.1.0")).get("/openapi.json")
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
    """Two of them say more: which product shows the same photograph, which columns there are."""
    further = {("putProduct", "409"): "DuplicateProblem"} | {
        (name, "422"): "ColumnsProblem" for name in ("startImport", "previewImport")
    }
    for item in contract["paths"].values():
        for operation in item.values():
            for status, response in operation["responses"].items():
                name = further.get((operation["operationId"], status), "Problem")
                problem = {"$ref": f"#/components/schemas/{name}"}
                if int(status) >= 400:
                    assert response["content"] == {"application/problem+json": {"schema": problem}}


def test_every_reference_leads_somewhere(contract: dict[str, Any]) -> None:
    names = set(re.findall(r"'#/components/schemas/([^']+)'", str(contract)))
    assert names <= contract["components"]["schemas"].keys()
    assert "$defs" not in str(contract)


def test_the_document_is_openapi_3_1(contract: dict[str, Any]) -> None:
    assert contract["openapi"].startswith("3.1")
    assert contract["info"]["title"] == "Lookalike"
    validate(contract)


def test_operations_have_the_names_that_clients_use(contract: dict[str, Any]) -> None:
    """A generated client has methods of these names; renaming one breaks its users."""
    named = {
        operation["operationId"]: operation["tags"]
        for item in contract["paths"].values()
        for operation in item.values()
    }
    assert named == {
        "checkPicture": ["Checks"],
        "checkPictureByUrl": ["Checks"],
        "checkPictures": ["Checks"],
        "comparePictures": ["Checks"],
        "searchByUrl": ["Search"],
        "searchByPicture": ["Search"],
        "listProducts": ["Products"],
        "putProduct": ["Products"],
        "getProduct": ["Products"],
        "deleteProduct": ["Products"],
        "getThumbnails": ["Products"],
        "listImports": ["Imports"],
        "startImport": ["Imports"],
        "resumeImport": ["Imports"],
        "previewImport": ["Imports"],
        "getImport": ["Imports"],
        "listImportFailures": ["Imports"],
        "cancelImport": ["Imports"],
        "startDuplicates": ["Duplicates"],
        "getDuplicates": ["Duplicates"],
        "cancelDuplicates": ["Duplicates"],
        "listDuplicateGroups": ["Duplicates"],
        "putDecision": ["Decisions"],
        "listDecisions": ["Decisions"],
        "deleteDecision": ["Decisions"],
        "getStatus": ["Service"],
        "getHealth": ["Service"],
        "getMetrics": ["Service"],
        "listEvents": ["Events"],
    }


def test_tags_and_operations_are_described(contract: dict[str, Any]) -> None:
    operations = [op for item in contract["paths"].values() for op in item.values()]
    assert all(operation["summary"] for operation in operations)
    assert {tag for op in operations for tag in op["tags"]} == {t["name"] for t in contract["tags"]}
    assert all(tag["description"] for tag in contract["tags"])


def test_an_answer_without_a_body_declares_none(contract: dict[str, Any]) -> None:
    """With a body of null, openapi-generator cannot write its Python client."""
    assert "content" not in contract["paths"]["/products/{entity_id}"]["delete"]["responses"]["204"]


def test_every_json_body_has_a_named_schema(contract: dict[str, Any]) -> None:
    for item in contract["paths"].values():
        for operation in item.values():
            for body in (operation.get("requestBody", {}), *operation["responses"].values()):
                for kind, media in body.get("content", {}).items():
                    assert not kind.endswith("json") or set(media["schema"]) == {"$ref"}


_WAYS = {"ByUrl": "image_url", "InBase64": "image_base64"}


@pytest.mark.parametrize(
    ("name", "ways"),
    [
        ("PictureReference", _WAYS),
        ("ImageRequest", _WAYS | {"ByFingerprint": "fingerprint_json"}),
        (
            "ProductRequest",
            _WAYS | {"ByFingerprint": "fingerprint_json", "ByImages": "images"},
        ),
        ("BatchQuery", _WAYS),
    ],
)
def test_a_picture_is_given_in_exactly_one_way(
    contract: dict[str, Any], name: str, ways: dict[str, str]
) -> None:
    schemas = contract["components"]["schemas"]
    listed = {ref["$ref"].rpartition("/")[2] for ref in schemas[name]["oneOf"]}
    assert listed == {f"{name}{way}" for way in ways}
    for way, key in ways.items():
        schema = schemas[name + way]
        assert key in schema["required"]
        assert schema["properties"][key]["type"] == ("array" if key == "images" else "string")
        assert set(ways.values()) & schema["properties"].keys() == {key}
        assert schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("entity_id", "is_allowed"),
    [("a/b", True), (".a", True), ("..a", True), ("...", True), ("ü", True), ("a.", True)]
    + [(text, False) for text in (".", "..", "a\nb", "\x7f", "\n", "..\x00")],
)
def test_an_id_has_the_pattern_that_the_server_checks(
    client: Client, contract: dict[str, Any], entity_id: str, *, is_allowed: bool
) -> None:
    [parameter] = contract["paths"]["/products/{entity_id}"]["get"]["parameters"]
    assert (re.search(parameter["schema"]["pattern"], entity_id) is not None) is is_allowed
    status = client.get(f"/products/{quote(entity_id, safe='')}").status
    assert status == (404 if is_allowed else 400)


def test_bounds_of_whole_numbers_are_whole_numbers(client: Client) -> None:
    """Java and Go clients do not take 50.0 for a bound of an integer."""
    text = client.get("/openapi.json").content.decode()
    assert re.search(r'"maximum": 50\b', text)
    assert not re.search(r'"(minimum|maximum)": -?\d+\.', text)


def test_a_key_is_required_where_keys_are(client: Client) -> None:
    routers = client.resolver
    with_or_without = json.loads(document(routers, "1"))
    assert with_or_without["security"] == [{"ApiKey": []}, {}]
    validate(with_or_without)
    guarded = json.loads(document(routers, "1", requires_key=True))
    validate(guarded)
    [(name, scheme)] = guarded["components"]["securitySchemes"].items()
    assert scheme == {"type": "apiKey", "in": "header", "name": "x-api-key"}
    assert guarded["security"] == [{name: []}]
    assert guarded["paths"]["/health"]["get"]["security"] == []
    assert "security" not in guarded["paths"]["/status"]["get"]


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
        "effort",
        "include",
    ]
    assert by_name["image_url"]["required"] is True
    top = by_name["top"]["schema"]
    assert (top["minimum"], top["maximum"], top["default"]) == (1, 50, 1)


def test_efforts_are_listed_wherever_one_may_be_asked_for(contract: dict[str, Any]) -> None:
    schemas = contract["components"]["schemas"]
    assert schemas["Effort"]["enum"] == [effort.value for effort in Effort]
    for method in ("get", "post"):
        parameters = contract["paths"]["/find_similar"][method]["parameters"]
        assert "effort" in [parameter["name"] for parameter in parameters]
    for body in ("BatchRequest", "CompareRequest"):
        assert schemas[body]["properties"]["effort"]["default"] == "normal"


def test_answers_of_checks_say_their_effort(contract: dict[str, Any]) -> None:
    effort = contract["components"]["schemas"]["CheckAnswer"]["properties"]["effort"]
    assert effort["$ref"] == "#/components/schemas/Effort"
    assert "fast" in effort["description"]


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
    assert not re.search(r"<script[^>]+src=\"(?!\./)|<link[^>]+href=\"(?!data:|\./)|@import", page)


def test_the_docs_carry_the_contract(client: Client) -> None:
    assert "/find_similar/batch" in client.get("/docs").content.decode()


def test_the_docs_try_the_service_that_they_come_from(
    client: Client, contract: dict[str, Any]
) -> None:
    """Below whatever path a deployment or a proxy serves it: the server is relative to the docs."""
    assert [server["url"] for server in contract["servers"]] == ["."]
    docs = client.get("/docs").content.decode()
    assert 'updateUrl(new URL("openapi.json", currentUrl).href)' in docs


def test_a_service_without_models_has_a_contract_too() -> None:
    answer = Client(build_resolver([], "0.1.0")).get("/openapi.json")
    assert (answer.status, answer.json["paths"]) == (200, {})
