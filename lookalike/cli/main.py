"""``lookalike``: starts the command line.

Importing this module takes no time, so that Ctrl-C is answered from the first moment on.
"""

from __future__ import annotations

import sys

from lookalike.cli.exit_codes import STOPPED
from lookalike.cli.termination import Stopped, raise_at_sigterm


def main() -> None:
    """Run a command."""
    raise_at_sigterm()
    try:
        from lookalike.cli.app import run

        run()
    except Stopped:  # the command has said so
        raise
    except KeyboardInterrupt:
        _say_stopped()
    except SystemExit as error:
        if error.code != STOPPED:
            raise
        _say_stopped()  # Typer ends silently at Ctrl-C


def _say_stopped() -> None:
    sys.stderr.write("lookalike: Stopped.\n")
    sys.exit(STOPPED)


if __name__ == "__main__":
    main()
