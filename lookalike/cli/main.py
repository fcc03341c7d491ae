"""``lookalike``: the command line."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable

import typer

from lookalike.cli.commands import (
    check,
    compare,
    evaluate,
    import_catalogue,
    index,
    key,
    replay,
    restore,
    serve,
    status,
)
from lookalike.cli.exit_codes import FAILED, STOPPED, UNUSABLE
from lookalike.cli.output import complain
from lookalike.cli.termination import raise_at_sigterm
from lookalike.errors import LookalikeError, SettingInvalidError

COMMANDS: dict[str, Callable[..., None]] = {
    "serve": serve.serve,
    "import": import_catalogue.import_catalogue,
    "check": check.check,
    "compare": compare.compare,
    "evaluate": evaluate.evaluate,
    "status": status.status,
    "replay": replay.replay,
    "restore": restore.restore,
    "key": key.key,
}


def _command_line() -> typer.Typer:
    made = typer.Typer(
        help="Is this product photograph already in my catalogue - even cropped, flipped, framed, "
        "watermarked or newly encoded?",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for name, command in COMMANDS.items():
        made.command(name)(command)
    made.add_typer(index.app, name="index")
    return made


app = _command_line()


def main() -> None:
    """Run a command; errors are one sentence, not a traceback."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("lookalike").setLevel(logging.INFO)
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # commands say themselves what is away
    if region := os.environ.get("AWS_REGION"):
        os.environ["AWS_DEFAULT_REGION"] = region  # boto3 reads this one alone
    raise_at_sigterm()
    try:
        app()
    except LookalikeError as error:
        complain(error.detail)
        sys.exit(UNUSABLE if isinstance(error, SettingInvalidError) else FAILED)
    except OSError as error:  # a disk that is full or fails
        complain(f"{error.filename or 'A file'}: {error.strerror or 'cannot be used'}.")
        sys.exit(FAILED)
    except KeyboardInterrupt:
        complain("Stopped.")
        sys.exit(STOPPED)


if __name__ == "__main__":
    main()
