"""The command runs from measurements to report."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, since sections pin themselves to a core."""
    command = [sys.executable, "-m", "scripts.benchmarks", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=1200)  # noqa: S603 - our own module


@pytest.mark.slow
def test_should_measure_every_section(tmp_path: Path) -> None:
    report = tmp_path / "performance.md"
    done = run("--quick", "--output", str(report))
    assert done.returncode == 0, done.stderr
    text = report.read_text("utf-8")
    for heading in (
        "Targets",
        "Machine",
        "Method",
        "A fingerprint",
        "Decoding in a process of its own",
        "A check",
        "Under load",
        "Import",
        "Candidates on OpenSearch",
        "The check function",
        "The web page",
    ):
        assert f"## {heading}" in text
    assert "candidate query among" in text
    assert "nearest found on OpenSearch among 300 pictures" in text
    assert "cold start of the check function" in text


def test_should_name_unknown_sections() -> None:
    done = run("nothing")
    assert done.returncode == 2
    assert "no such section: nothing" in done.stderr
