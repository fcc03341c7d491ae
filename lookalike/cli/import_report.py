"""Shows the counts of ``lookalike import``, and why rows were refused."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from lookalike.catalogue.rows import CatalogueReader
from lookalike.cli.failures import FailureReport
from lookalike.cli.output import show_json
from lookalike.local.imports.batch import Batch
from lookalike.terminal import console, errors


@dataclass
class Totals:
    """Counts of the rows of a catalogue by outcome; ``--json`` prints them as they are.

    Attributes:
        format: of the catalogue, in words.
        columns: field of products → the column that it is read from.
    """

    rows: int
    format: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    done: int = 0
    unchanged: int = 0
    failed: int = 0
    featureless: int = 0
    reasons: dict[str, int] = field(default_factory=dict)

    def add(self, batch: Batch) -> None:
        """Count a batch."""
        self.done += batch.done
        self.unchanged += batch.unchanged
        self.failed += len(batch.failures)
        self.featureless += batch.featureless


def tell_columns(catalogue: CatalogueReader) -> None:
    """Print in words the format of a catalogue, and what its columns were recognised as."""
    columns = catalogue.columns
    console.print(f"{catalogue.kind}:")
    for field_name, column in columns.fields.items():
        console.print(f"  {field_name:<10}  {column}")
    for name, several in (("attributes", columns.attributes), ("not read", columns.left_out)):
        if several:
            console.print(f"  {name:<10}  {', '.join(several)}")


def show_totals(totals: Totals) -> None:
    """Print the counts as JSON."""
    show_json(json.dumps(asdict(totals), indent=2))


def tell_totals(
    totals: Totals, failures: FailureReport, file: Path | None, *, has_root: bool
) -> None:
    """Print the counts in words, and why rows were refused.

    Args:
        totals: the counts.
        failures: the refused rows.
        file: which of them were written to, if any.
        has_root: whether the command has a folder of pictures.
    """
    noun = "row" if totals.rows == 1 else "rows"
    console.print(
        f"{totals.rows} {noun}: {totals.done} loaded, {totals.unchanged} unchanged, "
        f"{totals.failed} refused."
    )
    if totals.featureless:
        console.print(
            f"{totals.featureless} of the loaded and unchanged show too little in their "
            "picture (white, a lone word): only the identical picture will find them."
        )
    for line in failures.summary():
        errors.print(line)
    if "url_invalid" in totals.reasons and not has_root:
        errors.print("Where image_urls are paths of files: --images-root names their folder.")
    if totals.failed and file is None:
        errors.print("To list every refused row with its reason: --failures FILE")
    elif totals.failed:
        errors.print(f"Every refused row, with its reason: {file}")
