"""Clients that openapi-generator writes compile and work with a running service."""

from __future__ import annotations

import base64
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lookalike.local.http_server.asgi import AsgiApplication
from lookalike.local.http_server.concurrent_resolver import build_resolver
from tests import clients
from tests.clients import generator, typescript
from tests.clients.commands import run
from tests.fakes import a_picture_file
from tests.integration.http.conftest import running
from tests.service import KNOWN, some_parts

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

CLIENTS = Path(clients.__file__).parent
PICTURE = base64.b64encode(a_picture_file(2)).decode()


@pytest.fixture
def contract_url() -> Iterator[str]:
    """The contract of a service that runs."""
    with some_parts() as parts:
        application = AsgiApplication(build_resolver(parts.routers(), "0.1.0"))
        with running(application) as (_, url):
            yield f"{url}/openapi.json"


def test_should_have_a_python_client(contract_url: str, tmp_path: Path) -> None:
    generator.generate("python", contract_url, tmp_path)
    run(sys.executable, "-m", "compileall", "-q", "openapi_client", folder=tmp_path)
    shutil.copy(CLIENTS / "check.py", tmp_path)
    assert json.loads(run(sys.executable, "check.py", KNOWN, PICTURE, folder=tmp_path)) == {
        "is_duplicate": True,
        "verdict": "edited_copy",
        "width": 2,
        "stored": {"a": "b"},
        "problem": "unknown_product",
        "import": "running",
    }


def test_should_have_a_typescript_client(contract_url: str, tmp_path: Path) -> None:
    generator.generate("typescript-fetch", contract_url, tmp_path)
    for name in ("check.ts", "tsconfig.json"):
        shutil.copy(CLIENTS / name, tmp_path)
    run(typescript.installed(), folder=tmp_path)
    answer = run("node", "built/check.js", KNOWN, PICTURE, folder=tmp_path)
    assert json.loads(answer) == {
        "isDuplicate": True,
        "verdict": "edited_copy",
        "width": 2,
        "status": 422,
    }
