"""Measures what Lookalike costs and writes ``docs/performance.md``.

Each section runs in a process of its own, with one thread a library.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

from scripts.benchmarks.machine import ONE_THREAD, description
from scripts.benchmarks.report import Section, document, updated

REPORT = Path(__file__).parents[2] / "docs" / "performance.md"
SECTIONS = ("fingerprints", "checks", "imports", "storage", "search", "cold_start")
"""Modules of this package with a function ``measured``, in the order of the report."""
METHOD = (
    "Every section runs in a process of its own; numerical libraries use one thread "
    "(`OMP_NUM_THREADS=1`), and where *one core* is said, the process may use no other. What is "
    "compared is measured in turns (step by step, picture by picture, round by round after one "
    "that does not count), so that noise meets all alike. Figures are medians of wall time with "
    "their spread; processor time stands beside them, since other programs hardly disturb it. "
    "Targets are judged by wall time unless they say otherwise."
)


def main() -> None:
    """Measure all sections, or bring those named into a report that is there."""
    parser = argparse.ArgumentParser(prog="python -m scripts.benchmarks", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"of {', '.join(SECTIONS)}")
    parser.add_argument("--quick", action="store_true", help="a smoke test: figures mean nothing")
    parser.add_argument("--output", type=Path, help=f"instead of {REPORT.name} in docs")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if unknown := {*arguments.sections} - {*SECTIONS}:
        parser.error(f"no such section: {', '.join(unknown)}")
    if arguments.measure:
        print(_measured(arguments.measure, quick=arguments.quick).json)
        return
    load = os.getloadavg()[0]
    sections = [
        _in_own_process(name, quick=arguments.quick) for name in arguments.sections or SECTIONS
    ]
    machine = description(load)
    path = arguments.output or (None if arguments.quick else REPORT)
    if path and path.exists() and arguments.sections:
        text = updated(path.read_text("utf-8"), machine, sections)
    else:
        text = document(machine, METHOD, sections)
    _write(text, path)


def _in_own_process(name: str, *, quick: bool) -> Section:
    print(f"Measuring: {name}", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "scripts.benchmarks", "--measure", name]
    command += ["--quick"] if quick else []
    done = subprocess.run(  # noqa: S603 - this module
        command, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | ONE_THREAD
    )
    return Section.of_json(done.stdout)


def _measured(name: str, *, quick: bool) -> Section:
    section: Section = import_module(f"scripts.benchmarks.{name}").measured(quick=quick)
    return section


def _write(text: str, path: Path | None) -> None:
    if path is None:
        print(text)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    print(f"Written: {path}", file=sys.stderr)


if __name__ == "__main__":
    main()
