"""The service does what its contract says, for valid and invalid requests.

Schemathesis derives the requests from the contract, the same ones at each run.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from lookalike.local.http_server.asgi import AsgiApplication
from lookalike.local.http_server.body_reader import Receive
from lookalike.local.http_server.concurrent_resolver import build_resolver
from tests.fakes import a_picture_file
from tests.service import KNOWN, Parts

EXAMPLES = 30
"""Requests for each route that are drawn at random, beside those at the limits of each schema."""
CONFIG = SchemathesisConfig.from_dict(
    {
        "generation": {"deterministic": True, "database": "none", "allow-x00": False},
        "checks": {
            # A valid address or base64 text may lead to no picture, and a catalogue to no product.
            "positive_data_acceptance": {"expected-statuses": ["2xx", "404", "415", "422"]},
        },
        # A batch answers 200 with a problem for each wrong query, and a catalogue is read later.
        "operations": [
            {
                "include-operation-id": name,
                "checks": {"negative_data_rejection": {"enabled": False}},
            }
            for name in ("checkPictures",)
        ]
        # No schema says which parameters go together, what models and cursors there are, and that
        # a list repeats nothing.
        + [
            {
                "include-operation-id": name,
                "checks": {"positive_data_acceptance": {"enabled": False}},
            }
            for name in (
                *("searchByUrl", "searchByPicture", "startDuplicates", "listDuplicateGroups"),
                *("listEvents", "listProducts", "listDecisions"),
            )
        ]
        + [
            {
                "include-operation-id": name,
                "checks": {
                    "negative_data_rejection": {"enabled": False},
                    "positive_data_acceptance": {"enabled": False},
                },
            }
            for name in ("startImport", "previewImport")
        ],
    }
)
_PICTURE = base64.b64encode(a_picture_file(2)).decode()


class WithoutLifespan:
    """The application for clients that each start and end it."""

    def __init__(self, application: AsgiApplication) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Receive, send: Any) -> None:  # noqa: ANN401
        if scope["type"] == "http":
            await self._application(scope, receive, send)
            return
        for event in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{event}.complete"})


PARTS = Parts()
SERVED = AsgiApplication(build_resolver(PARTS.routers(), "0.1.0"))
contract = schemathesis.openapi.from_asgi("/openapi.json", WithoutLifespan(SERVED), config=CONFIG)


@pytest.fixture(scope="module", autouse=True)
def _closed() -> Iterator[None]:
    yield
    SERVED.close()
    PARTS.storage.close()


def _with_pictures(node: Any, position: int = 0) -> Any:  # noqa: ANN401 - any JSON
    """The same body with pictures in place of any text, and with different ids of queries."""
    if isinstance(node, list):
        return [_with_pictures(part, number) for number, part in enumerate(node)]
    if not isinstance(node, dict):
        return node
    known = {"image_url": KNOWN, "image_base64": _PICTURE, "id": f"query {position}"}
    return {
        name: known[name] if name in known and isinstance(part, str) else _with_pictures(part)
        for name, part in node.items()
    }


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.filterwarnings("ignore:Skipped test cases with unsupported payload")  # Parquet, gzip
@contract.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_should_answer_as_the_contract_says(case: schemathesis.Case[Any]) -> None:
    assert case.meta is not None
    if case.meta.generation.mode is GenerationMode.POSITIVE:
        case.body = _with_pictures(case.body)
    case.call_and_validate()
