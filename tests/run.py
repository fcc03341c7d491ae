"""``python -m tests.run``: all tests, in parallel, beside one OpenSearch that they share.

What tests start is fetched first; see ``tests.fetched``. ``--beside COMMAND`` runs a shell command
at the same time, whose failure is one of the whole run. Further arguments go to pytest.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from lookalike.cores import usable_cores
from scripts.opensearch_server.server import OpenSearchServer
from tests import fetched
from tests.beside import Beside
from tests.scratch import scratch_folder

SHARED_OPENSEARCH = "LOOKALIKE_TEST_OPENSEARCH"
"""Environment variable with the address of a server that tests do not start themselves."""
_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
_TERMINATED = 128 + signal.SIGTERM


def main(arguments: Sequence[str]) -> int:
    """Run pytest and the command beside it; the exit code of whichever has failed."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--beside", metavar="COMMAND", default="")
    options, further = parser.parse_known_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_TERMINATED))  # removes temporary files, too
    with scratch_folder() as scratch, Beside(options.beside) as beside:
        fetched.main()
        code = _tested(further, scratch)
    return code or beside.exit_code


def _tested(arguments: Sequence[str], scratch: Path) -> int:
    """Run pytest with its temporary files in a folder; its exit code."""
    os.environ["TMPDIR"] = str(scratch)
    command = [sys.executable, "-m", "pytest", "--numprocesses", str(_processes()), *arguments]
    with OpenSearchServer() as server:
        environment = environment_of_tests(os.environ, server.url)
        return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - ours


def _processes() -> int:
    """Half as many again as cores, and two at least.

    A third of the time, tests wait for servers, browsers and pauses.
    """
    return max(2, usable_cores() * 3 // 2)


def environment_of_tests(ours: Mapping[str, str], opensearch_url: str) -> dict[str, str]:
    """The variables that tests get, and what they start.

    Tests start hundreds of processes, each of which would compile what it imports if none of them
    might keep what it has compiled, as images of containers often ask for.
    """
    kept = {name: value for name, value in ours.items() if name != _NO_BYTECODE}
    return {**kept, SHARED_OPENSEARCH: opensearch_url}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
