"""``python -m scripts.supply_chain.audit`` looks for published advisories about our libraries.

pip-audit asks PyPI's database about every version in ``requirements-dev.txt``, which holds what is
shipped and what builds and tests it. Where the database is out of reach, it says that.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from scripts.supply_chain.locks import DEVELOPMENT

FOUND = 1
"""Exit code: there are advisories."""
FAILED = 2
"""Exit code: pip-audit itself has failed; it has said why."""
OUT_OF_REACH = os.EX_TEMPFAIL
"""Exit code: the database did not answer, so nothing is known."""
PIP_AUDIT = (
    *(sys.executable, "-m", "pip_audit", "--progress-spinner", "off", "--format", "json"),
    *("--require-hashes", "--disable-pip", "--requirement", str(DEVELOPMENT)),
)
_NO_ANSWER = re.compile(r"requests\.exceptions\.|pip_audit\._service|connect to PyPI|redirecting")
"""What pip-audit writes where the database does not answer, or not as expected."""

Library = Mapping[str, Any]
"""A library of pip-audit's report: ``name``; and ``version`` and ``vulns`` if it was looked up."""


def main(command: Sequence[str] = PIP_AUDIT) -> int:
    """Ask about all libraries, and print what is known; the exit code."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.stdout:
        return report(json.loads(done.stdout)["dependencies"])
    if _NO_ANSWER.search(done.stderr):
        return _out_of_reach()
    print(done.stderr, file=sys.stderr)
    return FAILED


def report(libraries: Sequence[Library]) -> int:
    """Print what is known about these libraries; the exit code.

    A package index without advisories does not know any of them.
    """
    audited = [library for library in libraries if "vulns" in library]
    if not audited:
        return _out_of_reach()
    for library in audited:
        for advisory in library["vulns"]:
            mended = ", ".join(advisory["fix_versions"]) or "no version yet"
            print(f"{library['name']} {library['version']}: {advisory['id']}, mended in {mended}")
    unknown = [library["name"] for library in libraries if "vulns" not in library]
    if unknown:
        print(f"The database does not know {', '.join(unknown)}.")
    found = sum(bool(library["vulns"]) for library in audited)
    print(f"{len(audited)} libraries were looked up; there are advisories about {found} of them.")
    return FOUND if found else 0


def _out_of_reach() -> int:
    print("The database of advisories is out of reach from here, so no library was looked up.")
    return OUT_OF_REACH


if __name__ == "__main__":
    sys.exit(main())
