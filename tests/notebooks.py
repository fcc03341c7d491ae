"""Runs notebooks as they are, in the process of the test."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "notebooks"


class Notebook:
    """A notebook of this project.

    Args:
        name: of its file.
    """

    def __init__(self, name: str) -> None:
        self.path = FOLDER / name
        cells = json.loads(self.path.read_text("utf-8"))["cells"]
        self._cells = [cell for cell in cells if cell["cell_type"] == "code"]

    @property
    def has_outputs(self) -> bool:
        """Whether any cell is stored with what it answered."""
        return any(cell["outputs"] or cell["execution_count"] for cell in self._cells)

    def run(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Run all cells in the notebook's folder, with other parameters than its own.

        Returns:
            The names that it has at its end.
        """
        values: dict[str, Any] = {}
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(FOLDER)
            for cell in self._cells:
                self._execute(cell, values)
                if "parameters" in cell["metadata"].get("tags", []):
                    unknown = parameters.keys() - values.keys()
                    assert not unknown, f"no parameters of {self.path.name}: {unknown}"
                    values |= parameters
        return values

    def run_last_cell(self, values: dict[str, Any]) -> None:
        """Run the last cell once more, with the names that ``run`` has returned."""
        self._execute(self._cells[-1], values)

    def _execute(self, cell: Mapping[str, Any], values: dict[str, Any]) -> None:
        code = compile("".join(cell["source"]), self.path.name, "exec")
        exec(code, values)  # noqa: S102 - ours
