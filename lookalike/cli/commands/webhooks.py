"""``lookalike webhooks``: where a service on one machine sends its events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lookalike.cli.options import DEFAULT_DATA, AsJson, FolderData
from lookalike.storage.events import EventType

if TYPE_CHECKING:
    from pathlib import Path

    from lookalike.storage.sqlite.webhooks import SqliteWebhooks
    from lookalike.storage.webhooks import Backlog, Delivery, Webhook

app = typer.Typer(
    help="Add, list and remove receivers of events; list and replay what they did not take.",
    no_args_is_help=True,
)

WebhookId = Annotated[
    str, typer.Argument(metavar="ID", help="The id of a webhook, as `list` shows it.")
]


@app.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where events are sent by POST.")],
    types: Annotated[
        list[EventType] | None,
        typer.Option("--type", help="Events of this type alone; repeatable."),
    ] = None,
    data: FolderData = DEFAULT_DATA,
) -> None:
    """Add a receiver and print the secret with which its events are signed, this once.

    A running service begins within a second, with what happens from now on.
    """
    import time

    from lookalike.cli.output import say_if_new
    from lookalike.errors import ImageUrlError
    from lookalike.images.fetching.web_address import parse
    from lookalike.local.data_folder import open_storage
    from lookalike.storage.webhooks import Webhook
    from lookalike.terminal import console, errors

    try:
        parse(url)
    except ImageUrlError as error:
        raise typer.BadParameter(
            "it must be an http or https address.", param_hint="URL"
        ) from error
    say_if_new(data)
    with closing(open_storage(data)) as storage:
        made = Webhook.new(url, tuple(types or ()), time.time(), storage.events.last())
        storage.webhooks.add(made)
    errors.print(f"Webhook {made.webhook_id} is added. Its secret is shown this once:")
    console.print(made.secret)


@app.command("list")
def list_webhooks(data: FolderData = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List all receivers, and how much each has not got."""
    from lookalike.cli.output import show_json
    from lookalike.terminal import console, counted, errors

    with _webhooks(data, read_only=True) as webhooks:
        backlogs = webhooks.backlogs()
        listed = [(each, backlogs[each.webhook_id]) for each in webhooks.all()]
    if as_json:
        show_json(_json([_shown(webhook, backlog) for webhook, backlog in listed]))
        return
    if not listed:
        errors.print("There are no webhooks.")
    for webhook, backlog in listed:
        console.print(
            f"{webhook.webhook_id}  {webhook.url}  {', '.join(webhook.types)}  {backlog.queued} "
            f"queued, {backlog.dead} dead, {counted(backlog.behind, 'event')} behind"
        )


@app.command()
def remove(webhook_id: WebhookId, data: FolderData = DEFAULT_DATA) -> None:
    """Remove a receiver, with all that it has not got."""
    from lookalike.terminal import errors

    with _webhooks(data) as webhooks:
        webhooks.remove(webhook_id)
    errors.print(f"Webhook {webhook_id} is removed.")


@app.command()
def dead(webhook_id: WebhookId, data: FolderData = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List the events that a receiver did not take for three days, with the last reason."""
    from lookalike.cli.output import show_json
    from lookalike.terminal import console

    with _webhooks(data, read_only=True) as webhooks:
        letters = webhooks.dead(webhook_id)
    if as_json:
        show_json(_json([_letter(each) for each in letters]))
        return
    for each in letters:
        event = each.event
        console.print(
            f"{event.event_id}  {_moment(event.created_at)}  {event.type}  {event.subject}  "
            f"{each.error}"
        )


@app.command()
def replay(
    webhook_id: WebhookId,
    event: Annotated[
        str | None, typer.Option(help="The id of one event, as `dead` shows it; otherwise all.")
    ] = None,
    data: FolderData = DEFAULT_DATA,
) -> None:
    """Send dead letters again, as if they were new."""
    import time

    from lookalike.terminal import errors

    with _webhooks(data) as webhooks:
        count = webhooks.replay(webhook_id, time.time(), event)
    errors.print(f"{count} dead letters are queued again.")


@contextmanager
def _webhooks(data: Path, *, read_only: bool = False) -> Iterator[SqliteWebhooks]:
    from lookalike.local.data_folder import open_existing_storage, open_storage

    storage = open_storage(data, read_only=True) if read_only else open_existing_storage(data)
    with closing(storage):
        yield storage.webhooks


def _shown(webhook: Webhook, backlog: Backlog) -> dict[str, Any]:
    return {
        "webhook_id": webhook.webhook_id,
        "url": webhook.url,
        "types": [each.value for each in webhook.types],
        "created_at": _moment(webhook.created_at),
        "queued": backlog.queued,
        "dead": backlog.dead,
        "behind": backlog.behind,
    }


def _letter(delivery: Delivery) -> dict[str, Any]:
    event = delivery.event
    return {
        "event_id": event.event_id,
        "type": event.type.value,
        "timestamp": _moment(event.created_at),
        "data": dict(event.data),
        "attempts": delivery.attempts,
        "error": delivery.error,
    }


def _json(value: object) -> str:
    import json

    return json.dumps(value, indent=2, ensure_ascii=False)


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
