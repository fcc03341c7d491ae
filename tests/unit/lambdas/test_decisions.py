"""The function behind ``/decisions`` keeps them in DynamoDB, and answers as the local service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from lambdas.manage_products import handler as manage_products
from lookalike.aws.entry_point import Handler, entry_point
from lookalike.fingerprint.fingerprint_json import fingerprint_to_json
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.signature import encode
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.http.resolver import with_routes
from lookalike.local.http_server.concurrent_resolver import ConcurrentRestResolver
from tests.builders import a_fingerprint, a_picture, a_product
from tests.images import picture
from tests.service import Answer, Client, some_parts
from tests.unit.fingerprint.test_signature import _cells
from tests.unit.lambdas.calls import asked

NEW = {"a": "entity-000000", "b": "entity-000001", "decision": "not_duplicate", "by": "Ada"}


@pytest.fixture
def products(network: Network, deployed: None, monkeypatch: pytest.MonkeyPatch) -> Handler:
    """The function, with two products."""
    del deployed
    monkeypatch.setattr(Network, "load", lambda: network)
    function = entry_point("manage_products", manage_products._build)
    for number in range(2):
        signature = encode(_cells(number), picture(300, 400, seed=number))
        fingerprint = a_fingerprint(number, version=ALGORITHM_VERSION, signature=signature)
        body = {"fingerprint_json": fingerprint_to_json(fingerprint)}
        assert asked(function, "PUT", f"/products/entity-{number:06}", body).status == 201
    return function


@pytest.fixture
def local() -> Iterator[Client]:
    """The local service, with the same."""
    with some_parts() as parts:
        pictures = [a_picture(number, version=ALGORITHM_VERSION) for number in range(2)]
        parts.storage.pictures.put_many(pictures)
        parts.storage.products.put_many([a_product(number) for number in range(2)])
        yield Client(with_routes(ConcurrentRestResolver(), parts.routers()))


def without_time(answer: Answer) -> tuple[int, object]:
    """An answer without what depends on the time."""

    def kept(each: Mapping[str, object]) -> dict[str, object]:
        return {name: each[name] for name in each if name not in {"id", "decided_at", "detail"}}

    document = answer.json
    if "decisions" in document:
        return answer.status, [kept(each) for each in document["decisions"]]
    return answer.status, kept(document)


def test_should_decide_list_and_undo_as_the_local_service(products: Handler, local: Client) -> None:
    requests = [
        ("PUT", "/decisions", NEW),
        ("PUT", "/decisions", NEW),
        ("PUT", "/decisions", NEW | {"decision": "variant"}),
        ("PUT", "/decisions", NEW | {"b": "nobody"}),
        ("GET", "/decisions?entity_id=entity-000001&decision=not_duplicate", None),
    ]
    for method, target, body in requests:
        there = asked(products, method, target, body)
        here = local.send(method, target, body) if body else local.get(target)
        assert without_time(there) == without_time(here)
    [decision] = asked(products, "GET", "/decisions").json["decisions"]
    assert asked(products, "DELETE", f"/decisions/{decision['id']}").status == 204
    assert asked(products, "GET", "/decisions").json == {"decisions": [], "next_cursor": None}
