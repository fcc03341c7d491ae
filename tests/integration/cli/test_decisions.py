"""``lookalike decisions`` of a running service."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from lookalike.cli.app import app
from tests.integration.processes import serving
from tests.unit.cli.data_folders import stocked


def test_should_do_the_same_with_a_service(tmp_path: Path) -> None:
    with serving(stocked(tmp_path / "data")) as service:
        place = ("--url", service.url)

        def ask(command: str, *words: str) -> Result:
            return CliRunner().invoke(app, ["decisions", command, *words, *place])

        added = ask("add", "e0", "e1", "variant", "--by", "Ada", "--json")
        assert added.exit_code == 0, added.exception
        [decision] = map(json.loads, ask("list", "--json", "--entity-id", "e1").stdout.splitlines())
        assert decision == json.loads(added.stdout)
        refused = ask("add", "e0", "e1", "duplicate").exception
        assert "another decision stands: variant, by Ada" in str(refused)
        assert ask("remove", decision["id"]).exit_code == 0
        assert ask("list").stdout == ""
