"""Parameters that are declared once are those of each route that takes them."""

from __future__ import annotations

import inspect
from typing import Annotated, get_type_hints

import pytest
from aws_lambda_powertools.event_handler import Request
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BaseModel, Field

from lookalike.errors import BadParameterError
from lookalike.http.routing import new_router
from lookalike.http.shared_parameters import taking
from lookalike.local.http_server.concurrent_resolver import build_resolver
from tests.service import Client

_Width = Annotated[Annotated[int, Field(ge=1)], Query(description="How wide.")]


class Said(BaseModel):
    """What a route was told."""

    area: int
    colour: str
    method: str


def area(*, width: _Width = 2, height: Annotated[int, Query(alias="tall")] = 3) -> int:
    if width > 100:
        raise BadParameterError("That is too wide.")
    return width * height


@taking(size=area)
def tell(
    request: Request, *, size: int, colour: Annotated[str, Query(description="Any.")] = "red"
) -> Said:
    return Said(area=size, colour=colour, method=request.method)


@pytest.fixture(scope="module")
def client() -> Client:
    router = new_router()
    for method in (router.get, router.post):
        method("/area", operation_id=f"{method.__name__}Area")(tell)
    return Client(build_resolver([router], "1"))


def test_should_take_what_the_function_takes_in_its_place() -> None:
    assert list(inspect.signature(tell).parameters) == ["request", "width", "height", "colour"]
    assert get_type_hints(tell, include_extras=True)["width"] == _Width


def test_should_answer_with_what_the_function_makes(client: Client) -> None:
    assert client.get("/area").json == {"area": 6, "colour": "red", "method": "GET"}
    told = client.request("POST", "/area?width=5&tall=7&colour=blue").json
    assert told == {"area": 35, "colour": "blue", "method": "POST"}


@pytest.mark.parametrize("query", ["width=0", "height=3", "size=6", "width=x", "width=101"])
def test_should_refuse_as_if_the_route_had_declared_them(client: Client, query: str) -> None:
    assert client.get(f"/area?{query}").status == 400


def test_should_describe_them_in_the_contract(client: Client) -> None:
    [width, tall, colour] = client.get("/openapi.json").json["paths"]["/area"]["get"]["parameters"]
    assert [each["name"] for each in (width, tall, colour)] == ["width", "tall", "colour"]
    assert (width["description"], width["schema"]["minimum"]) == ("How wide.", 1)
