"""``lookalike sync --url`` lets a deployment do the work, with the outcome of one machine."""

from __future__ import annotations

import csv
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner, Result
from typing_extensions import override

from lookalike.api.imports.routes import manage_imports_routes
from lookalike.api.uploads.routes import manage_uploads_routes
from lookalike.api.uploads.service import Uploads
from lookalike.aws.api import resolver
from lookalike.cli.app import app
from lookalike.cli.remote.connection import Connection, ServiceRetryPolicy
from lookalike.cli.remote.deployed_sync import DeployedSync
from lookalike.cli.remote.imports import RemoteImports
from lookalike.cli.syncing_there import SyncFailedError
from lookalike.errors import CatalogueError, ImageNotFoundError
from lookalike.storage.run_state import RunState
from tests.service import Client
from tests.unit.aws import BUCKET
from tests.unit.lambdas.imports.conftest import Deployment
from tests.unit.lambdas.imports.test_syncs import a_feed

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SHOP = "https://shop.example"


class DeployedService:
    """A deployment behind an address, whose state machine works when somebody looks at a run."""

    def __init__(self, deployment: Deployment, s3: S3Client) -> None:
        self.deployment = deployment
        routes = [
            manage_imports_routes(deployment.service),
            manage_uploads_routes(Uploads(s3, BUCKET)),
        ]
        self.client = Client(resolver(routes))
        self.at_look: Callable[[], None] = deployment.run
        self.requests: list[str] = []

    def answer(self, exchange: BaseHTTPRequestHandler) -> None:
        """Answer a request."""
        method, path = exchange.command, exchange.path
        self.requests.append(f"{method} {path.partition('?')[0]}")
        if method == "GET" and "/failures" not in path:
            self.at_look()
        body = exchange.rfile.read(int(exchange.headers.get("Content-Length") or 0))
        found = self.client.request(method, path, body, exchange.headers.get("Content-Type"))
        exchange.send_response(found.status)
        exchange.send_header("Content-Type", "application/json")
        exchange.send_header("Content-Length", str(len(found.content)))
        exchange.end_headers()
        exchange.wfile.write(found.content)


@pytest.fixture
def service(deployment: Deployment, s3: S3Client) -> DeployedService:
    """Without any products."""
    return DeployedService(deployment, s3)


@pytest.fixture
def url(service: DeployedService) -> Iterator[str]:
    """Where it is."""

    class Exchange(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            service.answer(self)

        do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - names of the base

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Exchange) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def sync(url: str, tmp_path: Path) -> Callable[..., Result]:
    """Run the command with a feed of products with these numbers."""

    def run(numbers: Iterable[int], *options: str, further: Iterable[str] = ()) -> Result:
        feed = tmp_path / "feed.csv"
        feed.write_bytes(a_feed(numbers, *further))
        return CliRunner().invoke(app, ["sync", str(feed), "--url", url, *options])

    return run


def test_should_let_the_deployment_do_the_work(
    service: DeployedService, sync: Callable[..., Result]
) -> None:
    first = sync(range(20))
    assert first.exit_code == 0, first.output
    assert "20 rows: 20 loaded, 0 unchanged, 0 refused." in first.stdout
    done = sync(range(1, 21), "--json")
    assert done.exit_code == 0
    counts = {"rows": 20, "done": 1, "unchanged": 19, "failed": 0, "deleted": 1, "reasons": {}}
    assert counts.items() <= json.loads(done.stdout).items()
    assert service.deployment.products().keys() == set(map(str, range(1, 21)))
    assert service.requests[:2] == ["POST /uploads", "POST /imports"]
    assert not any("/products" in request for request in service.requests)


def test_should_say_what_would_happen_and_change_nothing(
    service: DeployedService, sync: Callable[..., Result]
) -> None:
    sync(range(20))
    preview = sync(range(1, 21), "--dry-run")
    assert preview.exit_code == 0
    assert "20 rows: 1 would be added or changed, 19 left as they are, 0 refused." in preview.stdout
    assert "1 product would be deleted: '0'." in preview.stdout
    assert "Nothing has changed (--dry-run)." in preview.stdout
    counts = {"rows": 20, "added_or_changed": 1, "unchanged": 19, "failed": 0, "deleted": 1}
    assert counts.items() <= json.loads(sync(range(1, 21), "--dry-run", "--json").stdout).items()
    assert service.deployment.products().keys() == set(map(str, range(20)))


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_should_refuse_to_delete_more_than_may_be(
    service: DeployedService, sync: Callable[..., Result], options: tuple[str, ...]
) -> None:
    sync(range(20))
    braked = sync(range(10), *options)
    assert isinstance(braked.exception, SyncFailedError)
    assert "delete 10 of 20 products (50 %), and may delete 10%" in str(braked.exception)
    assert len(service.deployment.products()) == 20
    assert sync(range(10), *options, "--max-deletions", "50%").exit_code == 0
    assert len(service.deployment.products()) == (20 if options else 10)


def test_should_send_what_else_is_said(
    service: DeployedService, sync: Callable[..., Result]
) -> None:
    sync(range(3), "--filter", "shop:mine")
    done = sync(range(3, 6), "--filter", "shop:other", "--columns", "sku=entity_id", "--check")
    assert done.exit_code == 0, done.output
    products = service.deployment.products()
    assert [products[str(number)].attributes["shop"] for number in (0, 5)] == ["mine", "other"]
    assert (products["0"].sku, products["5"].sku) == ("", "5")
    [checked] = [run for run in service.deployment.storage.imports.newest(9) if run.on_duplicate]
    assert checked.on_duplicate == "accept"


def test_should_list_the_rows_that_are_refused(
    service: DeployedService, sync: Callable[..., Result], tmp_path: Path
) -> None:
    service.deployment.pool.outcomes[f"{SHOP}/1.jpg"] = ImageNotFoundError("It is gone.")
    file = tmp_path / "refused.csv"
    done = sync(range(3), "--failures", str(file), "--json")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["reasons"] == {"image_not_found": 1}
    [refused] = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    assert (refused["entity_id"], refused["detail"]) == ("1", "It is gone.")


def test_should_say_why_nothing_is_deleted(
    service: DeployedService, sync: Callable[..., Result]
) -> None:
    sync(range(3))
    held_up = sync(
        range(2), "--max-deletions", "100%", further=["x,https://shop.example/1.jpg,x,x"]
    )
    assert held_up.exit_code == 3
    assert "Nothing is deleted, whatever has left the feed: 1 row" in held_up.stderr
    assert len(service.deployment.products()) == 3


def test_should_refuse_a_feed_without_products_before_it_is_sent(
    service: DeployedService, sync: Callable[..., Result]
) -> None:
    assert isinstance(sync([]).exception, CatalogueError)
    assert service.requests == []


def test_should_end_there_what_is_stopped_here(
    service: DeployedService, url: str, s3: S3Client
) -> None:
    del s3
    service.at_look = lambda: None
    connection = Connection(url, None, ServiceRetryPolicy())
    source = RemoteImports(connection).uploaded(BytesIO(a_feed(range(5))))
    looks = iter([False, True])
    sync = DeployedSync(RemoteImports(connection), {"source": source}, lambda _seconds: None)
    seen = list[RunState]()
    ended = sync.run(
        lambda progress: seen.append(progress.state), lambda: next(looks), dry_run=False
    )
    assert (ended.state, seen) == (RunState.CANCELLED, [RunState.RUNNING] * 2)
    assert service.deployment.machine.stopped == [f"{ended.id}-1"]


def test_should_know_a_service_that_takes_no_uploads(
    service: DeployedService, deployment: Deployment, url: str
) -> None:
    """One on one machine: rows are sent one by one."""
    service.client = Client(resolver([manage_imports_routes(deployment.service)]))
    connection = Connection(url, None, ServiceRetryPolicy())
    assert RemoteImports(connection).uploaded(BytesIO(b"feed")) is None
