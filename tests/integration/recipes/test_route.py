"""A new route on an existing function is served, described, and missed at the gateway."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.event_handler.api_gateway import Router
from pydantic import BaseModel

from infra.routes import ROUTES
from lambdas.find_similar import wiring
from lookalike.api.imports.preview_routes import preview_imports_routes
from lookalike.api.imports.routes import manage_imports_routes
from lookalike.api.imports.service import ManageImports
from lookalike.api.metrics.routes import metrics_routes
from lookalike.api.status.deployed import DeployedStatus
from lookalike.aws.api import resolver as deployed_resolver
from lookalike.fingerprint.network import Network
from lookalike.http import contract
from lookalike.http.routing import new_router
from lookalike.local import service
from lookalike.local.data_folder import open_storage
from lookalike.local.http_server.concurrent_resolver import build_resolver
from lookalike.local.overload.permits import Permits
from lookalike.local.settings import LocalSettings
from lookalike.search.models.registry import read_models
from tests.builders import VERSION
from tests.service import Client, some_parts

PAGES = {("GET", path) for path in ("/", "/assets/{name}", "/docs", "/openapi.json")}
"""Routes that are not in the contract."""
Routes = set[tuple[str, str]]


class ToyAnswer(BaseModel):
    """A toy."""

    colour: str


def toy_routes() -> Router:
    """A folder's routes, as the recipe has them."""
    router = new_router()

    @router.get(
        "/toy",
        summary="Read the toy",
        operation_id="getToy",
        tags=[contract.Topic.SERVICE],
        responses=contract.answers(ToyAnswer, "The toy."),
    )
    def get_toy() -> ToyAnswer:
        return ToyAnswer(colour="red")

    return router


@pytest.fixture
def on_aws() -> Iterator[wiring.Parts]:
    """The parts of the deployed function, with fakes in place of clients of AWS."""
    with some_parts() as parts:
        stores = parts.storage
        status = DeployedStatus(lambda: None, stores.vectors, VERSION, "1", lambda: 0.0)
        none: Any = None
        yield wiring.Parts(
            none, none, parts.matcher, stores, status, none, none, none, duplicates=none
        )


@pytest.fixture
def deployed(on_aws: wiring.Parts) -> dict[str, Any]:
    """The contract that the deployed function answers."""
    function = wiring.find_similar(on_aws, cors_origin=None)
    document: dict[str, Any] = Client(function).get("/openapi.json").json
    return document


def routes_of(document: Mapping[str, Any]) -> Routes:
    """Method and path of all routes of a contract."""
    return {(method.upper(), path) for path, item in document["paths"].items() for method in item}


def missing_at_the_gateway(document: Mapping[str, Any]) -> Routes:
    """Routes without a line in ``infra/routes.py``."""
    return routes_of(document) - {(route.method, route.path) for route in ROUTES}


def test_should_serve_and_describe_a_route_that_is_collected() -> None:
    with some_parts() as parts:
        client = Client(build_resolver([*parts.routers(), toy_routes()], "1"))
        assert client.get("/toy").json == {"colour": "red"}
        described = client.get("/openapi.json").json
    assert described["paths"]["/toy"]["get"]["operationId"] == "getToy"
    assert "ToyAnswer" in described["components"]["schemas"]


def test_should_notice_a_route_that_the_gateway_does_not_have(on_aws: wiring.Parts) -> None:
    function = deployed_resolver([*wiring._routers(on_aws), toy_routes()])
    document = json.loads(contract.document(function, "1"))
    assert missing_at_the_gateway(document) == {("GET", "/toy")}


def test_should_have_every_route_at_the_gateway(deployed: dict[str, Any]) -> None:
    assert missing_at_the_gateway(deployed) == set()


def test_should_have_no_route_at_the_gateway_that_nobody_serves(deployed: dict[str, Any]) -> None:
    assert {(route.method, route.path) for route in ROUTES} - routes_of(deployed) == PAGES


def test_should_require_a_key_where_the_contract_does(deployed: dict[str, Any]) -> None:
    assert deployed["security"]
    for route in ROUTES:
        if (route.method, route.path) not in PAGES:
            operation = deployed["paths"][route.path][route.method.lower()]
            assert (operation.get("security") != []) is route.needs_key, route


def test_should_serve_the_same_on_one_machine_and_on_aws(
    deployed: dict[str, Any], tmp_path: Path
) -> None:
    """Uploads alone are for AWS, where requests cannot be large."""
    none: Any = None
    settings = LocalSettings(tmp_path)
    imports = [
        manage_imports_routes(ManageImports(none, none, time.time)),
        preview_imports_routes(none),
    ]
    with closing(open_storage(settings.data)) as storage:
        routers = service._routers(
            settings, storage, imports, none, none, Permits(1), Network.load(), read_models()
        )
        routers.append(metrics_routes(str))
        local = json.loads(contract.document(build_resolver(routers, "1"), "1"))
    assert _operations(deployed) - _operations(local) == {("POST", "/uploads", "createUpload")}
    assert _operations(local) <= _operations(deployed)


def _operations(document: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    paths = document["paths"]
    return {
        (method, path, paths[path][method.lower()]["operationId"])
        for method, path in routes_of(document)
    }
