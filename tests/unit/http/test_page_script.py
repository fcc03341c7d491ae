"""The script of the web page says in words what went wrong, as node runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.service import KNOWN, Client

_HARNESS = Path(__file__).with_name("page_in_node.js")
_JSON = "application/json"


def outcome(client: Client, page: Path, *, files: tuple[str, ...] = (), **answered: Any) -> str:  # noqa: ANN401
    """The text that the page shows after a check."""
    page.write_bytes(client.get("/").content)
    scenario = {"status": 200, "type": _JSON, "body": "", "files": files, **answered}
    node = Path(sys.executable).with_name("node")
    command = [str(node), str(_HARNESS), str(page), json.dumps(scenario)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - our own script
    assert done.returncode == 0, done.stderr
    return str(done.stdout).strip()


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return tmp_path / "page.html"


def _answer(client: Client) -> str:
    return client.get(f"/find_similar?image_url={KNOWN}").content.decode()


def test_should_show_matches_in_words(client: Client, page: Path) -> None:
    shown = outcome(client, page, body=_answer(client))
    assert shown.startswith("It is in the catalogue.\nThe same photograph, edited · 99.6\u00a0%")


def test_should_show_the_detail_of_a_problem(client: Client, page: Path) -> None:
    problem = client.get("/find_similar?image_url=nowhere")
    shown = outcome(
        client,
        page,
        status=problem.status,
        type="application/problem+json",
        body=problem.content.decode(),
    )
    assert shown == f"{problem.json['title']}: {problem.json['detail']}"


@pytest.mark.parametrize(
    "answered",
    [
        {"status": 502, "type": "text/html", "body": "<html><h1>Bad gateway</h1></html>"},
        {"status": 200, "type": "text/html; charset=utf-8", "body": "<html>Log in</html>"},
        {"status": 403, "type": _JSON, "body": '{"message": "Forbidden"}'},
        {"status": 200, "type": _JSON, "body": "{}"},
    ],
    ids=["error page", "login page", "foreign error", "foreign answer"],
)
def test_should_say_that_a_proxy_has_answered(
    client: Client, page: Path, answered: dict[str, Any]
) -> None:
    shown = outcome(client, page, **answered)
    assert shown == (
        "The answer does not come from the service, but from something before it, such as a proxy "
        f"(HTTP status {answered['status']}). Try again later."
    )


def test_should_say_that_the_service_is_gone(client: Client, page: Path) -> None:
    shown = outcome(client, page, gone=True)
    assert shown == "The service does not answer. See whether it is running, and try again."


def test_should_say_that_an_answer_is_cut_off(client: Client, page: Path) -> None:
    shown = outcome(client, page, body=_answer(client)[:100])
    assert shown == "The answer of the service was cut off. Try again."


@pytest.mark.parametrize("answered", [{}, {"gone": True}], ids=["answered", "gone"])
def test_should_say_which_of_two_files_is_checked(
    client: Client, page: Path, answered: dict[str, Any]
) -> None:
    shown = outcome(client, page, files=("a.jpg", "b.jpg"), body=_answer(client), **answered)
    assert "Only the first of 2 files is checked: a.jpg." in shown.splitlines()


def test_should_say_nothing_of_files_where_there_is_one(client: Client, page: Path) -> None:
    assert "first of" not in outcome(client, page, files=("a.jpg",), body=_answer(client))
