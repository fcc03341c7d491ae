"""Says whether nobody has used Jupyter for some minutes; ``start.sh`` then stops the instance."""

from __future__ import annotations

import os
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

_TIMEOUT_SECONDS = 10
_EXIT_IN_USE = 1


def last_activity(jupyter: str) -> float:
    """When Jupyter was last used, in seconds since 1970; now while a kernel computes.

    (Source: https://jupyter-server.readthedocs.io/en/latest/developers/rest-api.html)

    Args:
        jupyter: address of its server.

    Raises:
        requests.RequestException: it does not answer.
    """
    kernels, terminals = _asked(jupyter, "kernels"), _asked(jupyter, "terminals")
    if any(kernel["execution_state"] == "busy" for kernel in kernels):
        return time.time()
    seen = (datetime.fromisoformat(each["last_activity"]) for each in (*kernels, *terminals))
    return max((moment.timestamp() for moment in seen), default=0)


def is_idle(jupyter: str, marker: Path, minutes: float) -> bool:
    """Whether nobody has used it for so long, or it has not answered for so long.

    Args:
        jupyter: address of its server.
        marker: file whose time is that of the last activity that was seen, at first of the start.
        minutes: without any activity.
    """
    try:
        seen = last_activity(jupyter)
    except requests.RequestException:
        seen = 0
    latest = max(seen, marker.stat().st_mtime)
    os.utime(marker, (latest, latest))
    return time.time() - latest >= minutes * 60


def _asked(jupyter: str, kind: str) -> list[dict[str, Any]]:
    url = f"{jupyter}/api/{kind}"
    answer = requests.get(url, timeout=_TIMEOUT_SECONDS, verify=False)  # noqa: S501 - loopback
    answer.raise_for_status()
    found: list[dict[str, Any]] = answer.json()
    return found


if __name__ == "__main__":
    sys.exit(0 if is_idle(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])) else _EXIT_IN_USE)
