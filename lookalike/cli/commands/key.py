"""``lookalike key``: the API keys of a service."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.cli.options import DEFAULT_DATA, AsJson, FolderData
from lookalike.storage.api_keys import Role

if TYPE_CHECKING:
    from lookalike.storage.api_keys import ApiKey

app = typer.Typer(
    help="Make, list and revoke the API keys of a service on one machine; show that of a deployed "
    "one.",
    invoke_without_command=True,
)

KeyId = Annotated[str, typer.Argument(metavar="ID", help="The id of a key, as `list` shows it.")]


@app.callback()
def key(
    context: typer.Context,
    stack: Annotated[
        str | None,
        typer.Option(
            envvar="LOOKALIKE_STACK",
            help="Name of a deployed stack, whose key is shown: "
            "`export LOOKALIKE_API_KEY=$(lookalike key --stack …)`.",
        ),
    ] = None,
) -> None:
    """Show the API key of a deployed service, unless a subcommand is named."""
    if context.invoked_subcommand is not None:
        return
    if stack is None:
        raise typer.BadParameter("Name a subcommand (add, list, revoke), or a --stack on AWS.")
    _show_key_of(stack)


@app.command()
def add(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Whose key it is, or what it is for.")
    ],
    role: Annotated[
        Role,
        typer.Option(
            help="read: check, compare, list. write: also change the catalogue. admin: also what "
            "concerns the whole service."
        ),
    ] = Role.READ,
    data: FolderData = DEFAULT_DATA,
) -> None:
    """Make a key and print it, this once: only its digest is kept.

    From the first key on, a service on this folder answers nobody without one.
    """
    import time
    from contextlib import closing

    from lookalike.cli.output import say_if_new
    from lookalike.local.data_folder import open_storage
    from lookalike.storage.api_keys import new_key
    from lookalike.terminal import console, errors

    token, made = new_key(name, role, time.time())
    say_if_new(data)
    with closing(open_storage(data)) as storage:
        storage.api_keys.add(made)
    errors.print(f"Key {made.key_id} for {name} may {role.value}. It is shown this once:")
    console.print(token)


@app.command("list")
def list_keys(data: FolderData = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List all keys, the revoked ones included: id, role, name, times."""
    import json
    from contextlib import closing

    from lookalike.cli.output import show_json
    from lookalike.local.data_folder import open_storage
    from lookalike.terminal import console, errors

    with closing(open_storage(data, read_only=True)) as storage:
        keys = storage.api_keys.all()
    if as_json:
        show_json(json.dumps([_shown(each) for each in keys], indent=2, ensure_ascii=False))
        return
    if not keys:
        errors.print("There are no keys: everybody is answered.")
    for each in keys:
        state = f"revoked {_moment(each.revoked_at)}" if each.revoked_at else "valid"
        console.print(
            f"{each.key_id}  {each.role:<5}  {each.name}  made {_moment(each.created_at)}  {state}"
        )


@app.command()
def revoke(key_id: KeyId, data: FolderData = DEFAULT_DATA) -> None:
    """Make a key useless. A running service refuses it within a second."""
    import time
    from contextlib import closing

    from lookalike.local.data_folder import open_existing_storage
    from lookalike.terminal import errors

    with closing(open_existing_storage(data)) as storage:
        revoked = storage.api_keys.revoke(key_id, time.time())
    errors.print(f"Key {revoked.key_id} ({revoked.name}) is revoked.")


def _show_key_of(stack: str) -> None:
    import boto3

    from lookalike.cli.stack import require_output, stack_outputs
    from lookalike.storage.aws_access import translated_aws_errors
    from lookalike.terminal import console

    key_id = require_output(stack_outputs(stack), "ApiKeyId")
    with translated_aws_errors():
        answer = boto3.client("apigateway").get_api_key(apiKey=key_id, includeValue=True)
    console.print(answer["value"])


def _shown(key: ApiKey) -> dict[str, str | None]:
    return {
        "key_id": key.key_id,
        "name": key.name,
        "role": key.role.value,
        "created_at": _moment(key.created_at),
        "revoked_at": _moment(key.revoked_at) if key.revoked_at else None,
    }


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
