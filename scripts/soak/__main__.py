"""Puts the service under mixed load for a while, and tells what has grown.

Exit code 1: something grows by more than its bound, or the service gave a wrong answer or ended.
Ctrl-C ends the run early, and what there is is reported.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys

from scripts.benchmarks.__main__ import REPORT
from scripts.benchmarks.machine import BUSY_FROM, description
from scripts.benchmarks.report import updated
from scripts.soak.observation import Observation, observe
from scripts.soak.report import is_good, section
from scripts.soak.service import observed_service


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m scripts.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="of load; 30 by default")
    parser.add_argument("--write", action="store_true", help=f"into docs/{REPORT.name}, too")
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    with observed_service() as service:
        print(f"{arguments.minutes:g} minutes of load on {service.url}", file=sys.stderr)
        observation = asyncio.run(_observe(service.url, service.process, arguments.minutes * 60))
    observation.is_alone = load < BUSY_FROM
    result = section(observation)
    print(result.text)
    if arguments.write:
        text = updated(REPORT.read_text("utf-8"), description(load), [result])
        REPORT.write_text(text, "utf-8")
    return 0 if is_good(observation) else 1


async def _observe(url: str, process: int, seconds: float) -> Observation:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return await observe(url, process, seconds, stop)


if __name__ == "__main__":
    sys.exit(main())
