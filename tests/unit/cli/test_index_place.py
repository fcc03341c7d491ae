"""An index is named by its stack or by its address; what is typed counts."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner, Result

from lookalike.cli.app import app
from lookalike.cli.index_place import index_place
from lookalike.errors import SettingInvalidError


@pytest.fixture(autouse=True)
def _nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOOKALIKE_STACK", "LOOKALIKE_OPENSEARCH_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)


def index_list(*words: str) -> Result:
    return CliRunner().invoke(app, ["index", "list", *words], catch_exceptions=False)


def test_should_name_both_ways_to_say_which_index() -> None:
    with pytest.raises(SettingInvalidError) as raised:
        index_list()
    for name in ("--stack", "LOOKALIKE_STACK", "--url", "LOOKALIKE_OPENSEARCH_ENDPOINT"):
        assert name in raised.value.detail


def test_should_take_the_address_that_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOKALIKE_STACK", "Lookalike-prod")
    with pytest.raises(SettingInvalidError, match=r"^'typed' is not the address"):
        index_list("--url", "typed")


@pytest.mark.parametrize("words", [["--stack", "S", "--url", "U"], ["--url", "U", "--stack", "S"]])
def test_should_refuse_two_places(words: list[str]) -> None:
    done = index_list(*words)
    assert done.exit_code == 2
    assert "in one place" in done.stderr


def test_should_sign_as_it_is_told_whatever_the_address_looks_like() -> None:
    assert index_place(None, "https://search.example", None, None).service == "es"
    assert index_place(None, "https://search.example", "aoss", None).service == "aoss"
