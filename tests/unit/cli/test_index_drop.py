"""``lookalike index drop`` deletes nothing that may serve."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from lookalike.cli.app import app
from lookalike.cli.commands import index
from lookalike.cli.index_place import Place

STACK = {"IndexAliases": "pictures-3,looks-new-1", "OpenSearchEndpoint": "https://of-stack.example"}
OTHER = "https://other.example"


class Admin:
    """Notes what is dropped, and what is said to be used."""

    def __init__(self) -> None:
        self.dropped: list[tuple[str, str, Collection[str] | None]] = []
        self.url = ""

    def drop(self, name: str, used: Collection[str] | None) -> None:
        self.dropped.append((self.url, name, used))


@pytest.fixture
def admin(monkeypatch: pytest.MonkeyPatch) -> Admin:
    found = Admin()

    @contextmanager
    def opened(place: Place, _base: str) -> Iterator[Admin]:
        found.url = place.url
        yield found

    monkeypatch.setattr(index, "opened_admin", opened)
    for module in ("lookalike.cli.commands.index", "lookalike.cli.index_place"):
        monkeypatch.setattr(f"{module}.stack_outputs", lambda *_: STACK)
    return found


def drop(**environment: str) -> None:
    words = ["index", "drop", "looks-old-1-1", "--alias", "looks"]
    CliRunner().invoke(app, words, env=environment, catch_exceptions=False)


def test_should_know_what_a_stack_uses(admin: Admin) -> None:
    drop(LOOKALIKE_STACK="Lookalike-dev")
    used = frozenset({"pictures-3", "looks-new-1"})
    assert admin.dropped == [("https://of-stack.example", "looks-old-1-1", used)]


def test_should_not_take_what_a_stack_uses_for_what_another_place_does(admin: Admin) -> None:
    drop(LOOKALIKE_STACK="Lookalike-dev", LOOKALIKE_OPENSEARCH_ENDPOINT=OTHER)
    assert admin.dropped == [(OTHER, "looks-old-1-1", None)]
