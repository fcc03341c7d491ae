"""``lookalike``: the command line."""

from __future__ import annotations

import logging
import os
import sys

import typer

from lambdas.shared.errors import LookalikeError, SettingInvalidError
from scripts.commands import (
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
from scripts.commands.output import complain

UNUSABLE = 2
"""Exit code where something set cannot be used, as for wrong options."""
STOPPED = 130
"""Exit code after Ctrl-C, as shells have it."""

app = typer.Typer(
    help="Is this product photograph already in my catalogue - even cropped, flipped, framed, "
    "watermarked or newly encoded?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve")(serve.serve)
app.command("import")(import_catalogue.import_catalogue)
app.command("check")(check.check)
app.command("compare")(compare.compare)
app.command("evaluate")(evaluate.evaluate)
app.command("status")(status.status)
app.add_typer(index.app, name="index")
app.command("replay")(replay.replay)
app.command("restore")(restore.restore)
app.command("key")(key.key)


def main() -> None:
    """Run a command; errors are one sentence, not a traceback."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("lookalike").setLevel(logging.INFO)
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # commands say themselves what is away
    if region := os.environ.get("AWS_REGION"):
        os.environ["AWS_DEFAULT_REGION"] = region  # boto3 reads this one alone
    try:
        app()
    except LookalikeError as error:
        complain(error.detail)
        sys.exit(UNUSABLE if isinstance(error, SettingInvalidError) else 1)
    except OSError as error:  # a disk that is full or fails
        complain(f"{error.filename or 'A file'}: {error.strerror or 'cannot be used'}.")
        sys.exit(1)
    except KeyboardInterrupt:
        complain("Stopped.")
        sys.exit(STOPPED)


if __name__ == "__main__":
    main()
