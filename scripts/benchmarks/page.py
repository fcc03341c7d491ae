"""How fast the web page is in Chromium: first answers, long lists, and long sessions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing, redirect_stdout
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from lookalike.local.data_folder import open_storage
from lookalike.matching.shipped import fingerprinter
from scripts import build_page
from scripts.benchmarks.checks import QUICK, CheckWorkload, fill
from scripts.benchmarks.report import Section, Target, table
from scripts.benchmarks.serving import served

FIRST_ANSWER = 1000.0
"""Milliseconds from a drop to its verdict."""
FRAME = 1000 / 60
"""Milliseconds that a frame may take of the main thread, so that 60 a second are drawn."""
GROWTH = 2.0
"""MB that scripts may hold more after all of a session than after a tenth of it."""
_SECONDS = 3600
_EXPLAINED = (
    "`node measures/page.ts` in `web`, in Chromium without a graphics card, beside the service on "
    "the same cores. *First answer*: from a drop of a 300 x 400 picture until its verdict is "
    "painted, by a service with {pictures:,} pictures. The others measure the page alone, which "
    "gets its answers from the browser's own side: the catalogue is scrolled by 1,500 pixels in "
    "each frame, with a thumbnail of its own for each product that is shown; the gallery of a "
    "check with 50 matches is scrolled down and up twice, and all are compared one after the "
    "other; and of 10,000 groups in Review, 9,000 are decided, so that all are read. *CPU* is the "
    "processor time of the page's "
    "main thread in a frame, of which 16.7 ms would leave no frame out. *Held* is what scripts "
    "hold after a collection; the hour of Status, which asks the service every ten seconds, is one "
    "of a clock that is turned."
)


def measure(*, quick: bool) -> Section:
    """Measure in Chromium; needs the tools of the page (``make setup``)."""
    workload = QUICK if quick else CheckWorkload(pictures=1_000)
    with TemporaryDirectory() as folder:
        with closing(open_storage(Path(folder))) as storage:
            fill(storage, fingerprinter(), frozenset(), workload)
        with redirect_stdout(sys.stderr):  # the section goes to standard output
            build_page.build()
        with served(Path(folder)) as (address, _):
            found = _measured(address, quick=quick)
    text = f"{_EXPLAINED.format(pictures=workload.pictures)}\n\n{_tables(found)}"
    return Section("The web page", text, _targets(found))


def _measured(address: str, *, quick: bool) -> dict[str, Any]:
    """What the script of the page measures, as it prints it."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = ["node", "measures/page.ts", f"{address}/", *(["quick"] if quick else [])]
    done = subprocess.run(  # noqa: S603 - our own script, run by the node beside Python
        command,
        cwd=build_page.SOURCES,
        env=os.environ | {"PATH": programs},
        stdout=subprocess.PIPE,
        check=True,
        timeout=_SECONDS,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _tables(found: dict[str, Any]) -> str:
    answers = found["answers"]
    frames = [
        ("Catalogue, scrolled through " + f"{found['scrolling']['read']:,} of 1,000,000 products",
         found["scrolling"]),
        ("Check, gallery of 50 matches", found["matching"]["gallery"]),
        ("Check, comparing 50 matches", found["matching"]["comparison"]),
        (f"Review, {found['deciding']['answers']} answers to 10,000 groups", found["deciding"]),
    ]  # fmt: skip
    names = ("median", "p95", "worst", "cpu")
    rows = [[what, *(f"{each[name]:.1f}" for name in names)] for what, each in frames]
    held = [[what, f"{each['heap']:.2f}", f"{each['nodes']:,}"] for what, each in _held(found)]
    worst = f"worst of {len(answers)} {max(answers):.0f} ms"
    parts = (
        f"First answer: median {median(answers):.0f} ms, {worst}.",
        table(["frames, ms", "median", "p95", "worst", "CPU"], rows),
        f"Reading all 10,000 groups took {found['deciding']['loaded'] / 1000:.1f} s.",
        table(["one page, left open", "held, MB", "nodes of the document"], held),
    )
    return "\n\n".join(parts)


def _held(found: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """What the page holds early and late in a session."""
    checks, hour, scrolling = found["checks"], found["hour"], found["scrolling"]
    return [
        (f"{checks['count'] // 10:,} checks", checks["early"]),
        (f"{checks['count']:,} checks", checks["late"]),
        (f"Status, asked {hour['count'] // 10} times", hour["early"]),
        (f"Status, asked {hour['count']} times: an hour", hour["late"]),
        ("Catalogue, its first products", scrolling["before"]),
        (f"Catalogue, after {scrolling['read']:,} products", scrolling["after"]),
    ]


def _targets(found: dict[str, Any]) -> list[Target]:
    answer, checks = median(found["answers"]), found["checks"]
    smooth = [
        Target(
            f"{what}: main thread in a frame (CPU)",
            f"≤ {FRAME:.1f} ms",
            f"{each['cpu']:.1f} ms",
            each["cpu"] <= FRAME,
        )
        for what, each in (
            ("page, catalogue of 1,000,000 products", found["scrolling"]),
            ("page, gallery of 50 matches", found["matching"]["gallery"]),
            ("page, comparing 50 matches", found["matching"]["comparison"]),
            ("page, review of 10,000 groups", found["deciding"]),
        )
    ]
    return [
        Target(
            "page, from a drop to its verdict, p50",
            f"≤ {FIRST_ANSWER:.0f} ms",
            f"{answer:.0f} ms",
            answer <= FIRST_ANSWER,
        ),
        *smooth,
        _flat(f"from check {checks['count'] // 10} to {checks['count']}", checks),
        _flat("in an hour of Status", found["hour"]),
    ]


def _flat(what: str, session: dict[str, Any]) -> Target:
    growth = session["late"]["heap"] - session["early"]["heap"]
    wanted = f"≤ {GROWTH:.1f} MB"
    return Target(f"page, growth {what}", wanted, f"{growth:.2f} MB", growth <= GROWTH)
