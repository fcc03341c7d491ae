"""The whole service on fakes and memory, and requests to it as API Gateway would send them."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aws_lambda_powertools.event_handler.api_gateway import APIGatewayRestResolver, Router
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.api.compare.routes import compare_images_routes
from lookalike.api.compare.service import CompareImages
from lookalike.api.decisions.routes import decide_routes
from lookalike.api.decisions.service import Decide
from lookalike.api.duplicates.routes import find_duplicates_routes
from lookalike.api.duplicates.service import FindDuplicates
from lookalike.api.events.routes import list_events_routes
from lookalike.api.find_similar.routes import find_similar_routes
from lookalike.api.find_similar.service import FindSimilar
from lookalike.api.imports.preview_routes import preview_imports_routes
from lookalike.api.imports.routes import manage_imports_routes
from lookalike.api.imports.service import ManageImports
from lookalike.api.metrics.routes import metrics_routes
from lookalike.api.products.routes import manage_products_routes
from lookalike.api.products.service import ManageProducts
from lookalike.api.search.routes import search_by_looks_routes
from lookalike.api.search.service import SearchByLooks
from lookalike.api.status.routes import service_status_routes
from lookalike.api.status.service import ServiceStatus
from lookalike.api.thumbnails.routes import thumbnails_routes
from lookalike.http.pictures import PictureReader
from lookalike.images.fetching.fetcher import ImageFetcher
from lookalike.local.metrics import Metrics
from lookalike.search.looks import LooksSearch
from lookalike.search.ranked_pictures import RankedPictures
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import VERSION
from tests.embeddings import FAKE_MODELS, FakeNetwork
from tests.fakes import (
    FakeDuplicateRunner,
    FakeFetcher,
    FakeFingerprinter,
    FakeImportPreviewer,
    FakeImportRunner,
    FakeMatcher,
    a_picture_file,
    fake_prepare,
)

KNOWN = "https://shop.example/1.jpg"
NOW = 1_000_010.0


@dataclass
class Parts:
    """The parts of the service. A test may replace any of them before it builds the routers."""

    fetcher: FakeFetcher = field(default_factory=lambda: FakeFetcher({KNOWN: a_picture_file(1)}))
    matcher: FakeMatcher = field(default_factory=FakeMatcher)
    fingerprinter: FakeFingerprinter = field(default_factory=FakeFingerprinter)
    storage: MemoryStorage = field(default_factory=lambda: MemoryStorage(VERSION))

    def __post_init__(self) -> None:
        self.runner = FakeImportRunner(self.storage.imports)
        self.previewer = FakeImportPreviewer()
        self.looks = LooksSearch(RankedPictures(self.storage), FAKE_MODELS, FakeNetwork())
        self.duplicates = FakeDuplicateRunner(self.storage.duplicates)

    def routers(
        self,
        fetcher: ImageFetcher | None = None,
        permit: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> list[Router]:
        """The routes of all functions; another fetcher is for tests that go through the network."""
        reader = PictureReader(fetcher or self.fetcher, fake_prepare, at_once=1, permit=permit)
        storage = self.storage
        return [
            find_similar_routes(FindSimilar(reader, self.matcher, self.looks)),
            compare_images_routes(CompareImages(reader, self.matcher)),
            manage_products_routes(
                ManageProducts(reader, self.fingerprinter, storage, lambda: NOW)
            ),
            preview_imports_routes(self.previewer),
            manage_imports_routes(ManageImports(self.runner, storage.imports, lambda: NOW)),
            find_duplicates_routes(
                FindDuplicates(self.duplicates, storage.duplicates, storage, lambda: NOW)
            ),
            decide_routes(Decide(storage, lambda: NOW)),
            search_by_looks_routes(SearchByLooks(reader, self.looks)),
            service_status_routes(ServiceStatus(storage, VERSION, "0.1.0", lambda: NOW)),
            metrics_routes(Metrics().text),
            list_events_routes(storage.events),
            thumbnails_routes(storage.pictures),
        ]


@contextmanager
def some_parts() -> Iterator[Parts]:
    """Parts whose storage ends with the block."""
    parts = Parts()
    yield parts
    parts.storage.close()


@dataclass
class Answer:
    """What a resolver answered."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - any JSON
        """The content as JSON."""
        return json.loads(self.content)


def an_event(
    method: str,
    target: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A REST proxy event; the path stays percent-encoded, as API Gateway hands it on."""
    path, _, query = target.partition("?")
    values: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in parse_qsl(query, keep_blank_values=True):
        values[name].append(value)
    return {
        "httpMethod": method,
        "path": path,
        "headers": dict(headers or {}),
        "multiValueHeaders": {name: [value] for name, value in (headers or {}).items()},
        "queryStringParameters": {name: every[-1] for name, every in values.items()} or None,
        "multiValueQueryStringParameters": dict(values) or None,
        "requestContext": {"requestId": "request-1", "stage": "$default", "path": path},
        "body": base64.b64encode(body).decode() if body else None,
        "isBase64Encoded": bool(body),
    }


def a_form(files: Mapping[str, tuple[bytes, str]]) -> tuple[bytes, str]:
    """A multipart form with these files (content, file name) by field; and its content type."""
    boundary = "a-boundary-that-no-file-contains"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n".encode()
        + content
        + b"\r\n"
        for name, (content, filename) in files.items()
    ]
    body = b"".join(parts) + f"--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"


class Client:
    """Sends requests to a resolver."""

    def __init__(self, resolver: APIGatewayRestResolver) -> None:
        self.resolver = resolver

    def request(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        content_type: str | None = None,
    ) -> Answer:
        """The answer to one request."""
        headers = {"Content-Type": content_type} if content_type else {}
        event = an_event(method, target, body, headers)
        response = self.resolver.resolve(event, LambdaContext())
        text = response["body"] or ""
        content = base64.b64decode(text) if response["isBase64Encoded"] else text.encode()
        sent = {name: values[-1] for name, values in response["multiValueHeaders"].items()}
        return Answer(response["statusCode"], sent, content)

    def get(self, target: str) -> Answer:
        """The answer to a GET."""
        return self.request("GET", target)

    def send(self, method: str, target: str, document: object) -> Answer:
        """The answer to a request with a JSON body."""
        return self.request(method, target, json.dumps(document).encode(), "application/json")
