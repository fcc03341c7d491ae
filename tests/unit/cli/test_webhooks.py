"""``lookalike webhooks`` on a data folder."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

from typer.testing import CliRunner, Result

from lookalike.cli.app import app
from lookalike.local.data_folder import open_storage
from lookalike.storage.events import Event, EventType
from lookalike.storage.webhooks import Webhook

URL = "https://erp.example/hook"


def run(*words: str, data: Path) -> Result:
    return CliRunner().invoke(app, ["webhooks", *words, "--data", str(data)])


def stored(data: Path) -> list[Webhook]:
    with closing(open_storage(data, read_only=True)) as storage:
        return storage.webhooks.all()


def test_should_show_the_secret_of_a_new_webhook_once(tmp_path: Path) -> None:
    done = run("add", URL, "--type", "duplicate.found", data=tmp_path)
    [webhook] = stored(tmp_path)
    assert done.stdout.strip() == webhook.secret
    assert webhook.secret.startswith("whsec_")
    assert (webhook.url, webhook.types) == (URL, (EventType.DUPLICATE_FOUND,))
    listed = run("list", data=tmp_path).stdout
    assert webhook.webhook_id in listed
    assert webhook.secret not in listed


def test_should_refuse_what_is_no_address(tmp_path: Path) -> None:
    for url in ("erp.example", "ftp://erp.example", "http://a:b@erp.example/"):
        assert run("add", url, data=tmp_path).exit_code == 2
    assert not (tmp_path / "lookalike.db").exists()


def test_should_remove_a_webhook(tmp_path: Path) -> None:
    run("add", URL, data=tmp_path)
    [webhook] = stored(tmp_path)
    assert run("remove", webhook.webhook_id, data=tmp_path).exit_code == 0
    assert stored(tmp_path) == []
    missing = run("remove", webhook.webhook_id, data=tmp_path)
    assert "There is no webhook" in str(missing.exception)


def test_should_list_and_replay_dead_letters(tmp_path: Path) -> None:
    run("add", URL, data=tmp_path)
    [webhook] = stored(tmp_path)
    event = Event.new(EventType.IMPORT_FINISHED, "1", {"import_id": "1"}, 1.0)
    with closing(open_storage(tmp_path)) as storage:
        storage.events.add([event])
        storage.webhooks.queue(webhook.webhook_id, 2.0)
        storage.webhooks.failed(webhook.webhook_id, 1, None, "Status 500.")
    name = webhook.webhook_id
    assert f"{event.event_id}  1970-01-01T00:00:01+00:00" in run("dead", name, data=tmp_path).stdout
    [letter] = json.loads(run("dead", name, "--json", data=tmp_path).stdout)
    assert (letter["error"], letter["data"]) == ("Status 500.", {"import_id": "1"})
    assert "1 dead letters" in run("replay", name, data=tmp_path).stderr
    [listed] = json.loads(run("list", "--json", data=tmp_path).stdout)
    assert (listed["queued"], listed["dead"], listed["behind"]) == (1, 0, 0)
