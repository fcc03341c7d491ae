"""CONTRIBUTING's recipe for a route on an existing function."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.event_handler.api_gateway import Router
from pydantic import BaseModel

from infra.routes import ROUTES
from lambdas.find_similar import wiring
from lookalike.api.status.deployed import DeployedStatus
from lookalike.aws.api import resolver as deployed_resolver
from lookalike.http import contract
from lookalike.http.routing import new_router
from lookalike.local import service
from lookalike.local.application import resolver
from lookalike.local.wiring import LocalSettings, open_storage
from tests.builders import VERSION
from tests.service import Client, Parts, some_parts

PAGES = {("GET", "/"), ("GET", "/docs"), ("GET", "/openapi.json")}
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
def deployed() -> Iterable[list[Router]]:
    """All routes of a deployment, as its functions collect them."""
    with some_parts() as parts:
        yield [*wiring._routers(_parts_on_aws(parts)), parts.routers()[2]]


def _parts_on_aws(parts: Parts) -> Any:  # noqa: ANN401 - fakes in place of clients
    status = DeployedStatus(lambda: None, parts.storage.vectors, VERSION, "1", lambda: 0.0)
    none: Any = None
    return wiring.Parts(none, none, parts.matcher, parts.storage, status, uploads=none)


def routes_of(document: str) -> Routes:
    """Method and path of all routes of a contract."""
    paths = json.loads(document)["paths"]
    return {(method.upper(), path) for path, item in paths.items() for method in item}


def missing_at_the_gateway(routers: Iterable[Router]) -> Routes:
    """Routes without a line in ``infra/routes.py``."""
    document = contract.document(deployed_resolver(routers), "1", requires_key=True)
    return routes_of(document) - {(route.method, route.path) for route in ROUTES}


def test_should_serve_and_describe_a_route_that_is_collected() -> None:
    with some_parts() as parts:
        client = Client(resolver([*parts.routers(), toy_routes()], "1"))
        assert client.get("/toy").json == {"colour": "red"}
        described = client.get("/openapi.json").json
    assert described["paths"]["/toy"]["get"]["operationId"] == "getToy"
    assert "ToyAnswer" in described["components"]["schemas"]


def test_should_notice_a_route_that_the_gateway_does_not_have(deployed: list[Router]) -> None:
    assert missing_at_the_gateway([*deployed, toy_routes()]) == {("GET", "/toy")}


def test_should_have_every_route_at_the_gateway(deployed: list[Router]) -> None:
    assert missing_at_the_gateway(deployed) == set()


def test_should_have_no_route_at_the_gateway_that_nobody_serves(deployed: list[Router]) -> None:
    served = routes_of(contract.document(deployed_resolver(deployed), "1"))
    assert {(route.method, route.path) for route in ROUTES} - served == PAGES


def test_should_require_a_key_where_the_contract_says_so(deployed: list[Router]) -> None:
    document = json.loads(contract.document(deployed_resolver(deployed), "1", requires_key=True))
    for route in ROUTES:
        if (route.method, route.path) not in PAGES:
            operation = document["paths"][route.path][route.method.lower()]
            assert (operation.get("security") != []) is route.needs_key, route


def test_should_serve_the_same_on_one_machine_and_on_aws(
    deployed: list[Router], tmp_path: Path
) -> None:
    """Only uploads are for AWS alone, where requests cannot be large."""
    none: Any = None
    settings = LocalSettings(tmp_path)
    with closing(open_storage(settings)) as storage:
        routers = service._routers(settings, storage, imports=none, reader=none)
        local = routes_of(contract.document(resolver(routers, "1"), "1"))
    on_aws = routes_of(contract.document(deployed_resolver(deployed), "1"))
    assert on_aws - local == {("POST", "/uploads")}
    assert local - on_aws == set()
