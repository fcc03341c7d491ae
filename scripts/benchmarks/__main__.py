"""Measures how fast Lookalike is, and writes ``docs/performance.md``.

Each section runs in a process of its own, in which numerical libraries use one thread.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from pathlib import Path

from scripts.benchmarks.machine import ONE_THREAD, description
from scripts.benchmarks.report import Section, document, updated
from scripts.benchmarks.search_node import shared_node

REPORT = Path(__file__).parents[2] / "docs" / "performance.md"
SECTIONS = (
    *("fingerprints", "decoding", "checks", "load", "imports", "storage", "search"),
    *("cold_start", "page", "index_rebuild", "reconciliation", "small_index"),
)
"""Modules of this package with a function ``measure``, in the order of the report."""
ON_OPENSEARCH = {"search", "cold_start", "index_rebuild"}
METHOD = (
    "Every section runs in a process of its own; numerical libraries use one thread "
    "(`OMP_NUM_THREADS=1`), and with *one core* the process may use no other. Steps to be compared "
    "are measured in turns (step by step, picture by picture, round by round after a warm-up "
    "round), so that noise affects all of them alike. Figures are medians of wall time with their "
    "spread; processor time is given, too, since other programs hardly affect it. Targets apply "
    "to wall time unless they say otherwise."
)


def main() -> None:
    """Measure all sections, or replace the named ones in an existing report."""
    parser = argparse.ArgumentParser(prog="python -m scripts.benchmarks", description=__doc__)
    parser.add_argument(
        "sections", nargs="*", metavar="SECTION", help=f"any of {', '.join(SECTIONS)}"
    )
    parser.add_argument(
        "--quick", action="store_true", help="a smoke test with meaningless figures"
    )
    parser.add_argument("--output", type=Path, help=f"file to write instead of docs/{REPORT.name}")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if unknown := {*arguments.sections} - {*SECTIONS}:
        parser.error(f"no such section: {', '.join(unknown)}")
    if arguments.measure:
        print(_measure(arguments.measure, quick=arguments.quick).json)
        return
    load = os.getloadavg()[0]
    sections = _measured(arguments.sections or SECTIONS, quick=arguments.quick)
    machine = description(load)
    path = arguments.output or (None if arguments.quick else REPORT)
    if path and path.exists() and arguments.sections:
        text = updated(path.read_text("utf-8"), machine, sections)
    else:
        text = document(machine, METHOD, sections)
    _write(text, path)


def _measured(names: Sequence[str], *, quick: bool) -> list[Section]:
    """All of these sections; in a quick run, they share a node of OpenSearch."""
    node: AbstractContextManager[Mapping[str, str]] = nullcontext({})
    if quick and not ON_OPENSEARCH.isdisjoint(names):
        node = shared_node()
    with node as named:
        environment = {**os.environ, **ONE_THREAD, **named}
        return [_in_own_process(name, environment, quick=quick) for name in names]


def _in_own_process(name: str, environment: Mapping[str, str], *, quick: bool) -> Section:
    print(f"Measuring: {name}", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "scripts.benchmarks", "--measure", name]
    command += ["--quick"] if quick else []
    done = subprocess.run(  # noqa: S603 - this module
        command, check=True, stdout=subprocess.PIPE, text=True, env=environment
    )
    return Section.from_json(done.stdout)


def _measure(name: str, *, quick: bool) -> Section:
    section: Section = import_module(f"scripts.benchmarks.{name}").measure(quick=quick)
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
