"""``python -m tests.run``: all tests, on all cores, beside one OpenSearch that they share.

What tests start is fetched first; see ``tests.fetched``. Further arguments go to pytest.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from scripts.opensearch_server.server import OpenSearchServer
from tests import fetched

SHARED_OPENSEARCH = "LOOKALIKE_TEST_OPENSEARCH"
"""Environment variable with the address of a server that tests do not start themselves."""


def main(arguments: Sequence[str]) -> int:
    """Run pytest; its exit code."""
    fetched.main()
    command = [sys.executable, "-m", "pytest", "--numprocesses", "auto", *arguments]
    with OpenSearchServer() as server:
        environment = {**os.environ, SHARED_OPENSEARCH: server.url}
        return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - ours


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
