"""All commands of the command line."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from lookalike import __version__
from lookalike.cli.commands import (
    adopt,
    check,
    compare,
    decisions,
    delete,
    doctor,
    duplicates,
    evaluate,
    export,
    import_catalogue,
    index,
    index_drop_embeddings,
    index_embeddings,
    index_rebuild,
    index_rebuild_looks,
    key,
    list_products,
    replay,
    restore,
    search,
    serve,
    status,
    sync,
    webhooks,
)
from lookalike.cli.exit_codes import FAILED, exit_code_of
from lookalike.cli.output import complain, complain_of
from lookalike.errors import LookalikeError
from lookalike.extras import needs_extra
from lookalike.terminal import console

Command = Callable[..., None]
ON_ONE_MACHINE: dict[str, Command] = {
    "serve": serve.serve,
    "import": import_catalogue.import_catalogue,
    "sync": sync.sync,
    "check": check.check,
    "compare": compare.compare,
    "search": search.search,
    "duplicates": duplicates.duplicates,
    "status": status.status,
    "list": list_products.list_products,
    "delete": delete.delete,
    "export": export.export,
}
MEASURING: dict[str, Command] = {"evaluate": evaluate.evaluate}
ON_AWS: dict[str, Command] = {
    "doctor": doctor.doctor,
    "adopt": adopt.adopt,
    "replay": replay.replay,
    "restore": restore.restore,
}
AWS_PANEL = "A deployment on AWS"
PANELS = {"Commands": ON_ONE_MACHINE, "Accuracy": MEASURING, AWS_PANEL: ON_AWS}
"""Headings of the help, and the commands below each."""


def _command_line() -> typer.Typer:
    command_line = typer.Typer(
        help="Is this product photograph already in my catalogue - even cropped, flipped, framed, "
        "watermarked or newly encoded?",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="markdown",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    command_line.callback()(_options)
    for panel, commands in PANELS.items():
        for name, command in commands.items():
            command_line.command(name, rich_help_panel=panel)(command)
    command_line.add_typer(key.app, name="key", rich_help_panel="Commands")
    command_line.add_typer(decisions.app, name="decisions", rich_help_panel="Commands")
    command_line.add_typer(webhooks.app, name="webhooks", rich_help_panel="Commands")
    index.app.command("rebuild")(index_rebuild.rebuild)
    index.app.command("rebuild-looks")(index_rebuild_looks.rebuild_looks)
    index.app.command("embed")(index_embeddings.embed)
    index.app.command("embeddings")(index_embeddings.embeddings)
    index.app.command("drop-embeddings")(index_drop_embeddings.drop_embeddings)
    command_line.add_typer(index.app, name="index", rich_help_panel=AWS_PANEL)
    return command_line


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it with the option
    if wanted:
        from lookalike.fingerprint.version import ALGORITHM_VERSION

        console.print(f"lookalike {__version__}, algorithm {ALGORITHM_VERSION}")
        raise typer.Exit


def _options(
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_show_version,
            is_eager=True,
            help="Show the versions of the package and of the algorithm.",
        ),
    ] = False,
) -> None:
    """Take the options that come before a command."""


app = _command_line()


def run() -> None:
    """Run the command that the arguments name; errors are one sentence, not a traceback."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("lookalike").setLevel(logging.INFO)
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # commands say themselves what is away
    if region := os.environ.get("AWS_REGION"):
        os.environ["AWS_DEFAULT_REGION"] = region  # boto3 reads only this one
    try:
        with needs_extra("aws"):  # what the other commands need is always installed
            app()
    except LookalikeError as error:
        complain_of(error)
        sys.exit(exit_code_of(error))
    except OSError as error:  # a disk that is full or fails
        complain(f"{error.filename or 'A file'}: {error.strerror or 'cannot be used'}.")
        sys.exit(FAILED)
