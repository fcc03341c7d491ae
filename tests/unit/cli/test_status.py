"""An address is tried by asking for the status."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from lookalike.cli.app import app
from lookalike.cli.remote.errors import RemoteRefusedError
from lookalike.errors import BadParameterError
from tests.servers import PictureServer, answer


@pytest.mark.parametrize(
    ("code", "error", "words"),
    [
        ("unknown_path", BadParameterError, "is below the address of a service"),
        ("other", RemoteRefusedError, "in its own words"),
    ],
)
def test_should_say_that_an_address_goes_on_with_a_path(
    code: str, error: type[Exception], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    problem = f'{{"code": "{code}", "detail": "It says so in its own words."}}'.encode()
    with PictureServer() as server:
        server.route("/page/status", answer(problem, status=404))
        command = ["status", "--url", server.url("/page")]
        with pytest.raises(error, match=words):
            CliRunner().invoke(app, command, catch_exceptions=False)
