"""``lookalike key`` on a data folder."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

from typer.testing import CliRunner, Result

from lookalike.cli.app import app
from lookalike.local.data_folder import open_storage
from lookalike.storage.api_keys import ApiKey, Role, digest_of, key_id_of


def run(*words: str, data: Path) -> Result:
    return CliRunner().invoke(app, ["key", *words, "--data", str(data)])


def stored(data: Path) -> list[ApiKey]:
    with closing(open_storage(data, read_only=True)) as storage:
        return storage.api_keys.all()


def test_should_show_a_new_key_once_and_keep_its_digest(tmp_path: Path) -> None:
    done = run("add", "the shop", "--role", "write", data=tmp_path)
    token = done.stdout.strip()
    [key] = stored(tmp_path)
    assert (key.name, key.role, key.revoked_at) == ("the shop", Role.WRITE, None)
    assert (key.key_id, key.digest) == (key_id_of(token), digest_of(token))
    assert token not in run("list", data=tmp_path).stdout
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert token.encode() not in content
    assert len(token) > 50


def test_should_make_keys_that_may_read_unless_told(tmp_path: Path) -> None:
    run("add", "a", data=tmp_path)
    assert [key.role for key in stored(tmp_path)] == [Role.READ]


def test_should_list_and_revoke(tmp_path: Path) -> None:
    ids = [key_id_of(run("add", name, data=tmp_path).stdout.strip()) for name in ("a", "b")]
    assert run("revoke", ids[0], data=tmp_path).exit_code == 0
    lines = run("list", data=tmp_path).stdout.splitlines()
    assert [ids[0] in lines[0], "revoked 20" in lines[0], "valid" in lines[1]] == [True] * 3
    shown = json.loads(run("list", "--json", data=tmp_path).stdout)
    assert [each["revoked_at"] is None for each in shown] == [False, True]
    before = stored(tmp_path)
    run("revoke", ids[0], data=tmp_path)
    assert stored(tmp_path) == before


def test_should_say_that_there_is_no_such_key(tmp_path: Path) -> None:
    run("add", "a", data=tmp_path)
    done = run("revoke", "nope", data=tmp_path)
    assert "There is no key 'nope'" in str(done.exception)


def test_should_ask_what_to_do() -> None:
    done = CliRunner().invoke(app, ["key"])
    assert (done.exit_code, "Name a subcommand" in done.stderr) == (2, True)
