"""Shows the counts of a catalogue that was loaded, and why rows were refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lookalike.catalogue.rows import CatalogueReader
from lookalike.cli.failures import FailureReport
from lookalike.errors import OutdatedFingerprintError
from lookalike.imports.batch import Batch
from lookalike.terminal import console, counted, errors


@dataclass
class Totals:
    """Counts of the rows of a catalogue by outcome; ``--json`` prints them as they are.

    Attributes:
        format: of the catalogue, in words.
        columns: field of products → the column that it is read from.
        flagged: ``None`` where a service flags them and does not say how many.
    """

    rows: int
    format: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    done: int = 0
    unchanged: int = 0
    failed: int = 0
    featureless: int = 0
    without_some_pictures: int = 0
    flagged: int | None = 0

    def add(self, batch: Batch) -> None:
        """Count a batch."""
        self.done += batch.done
        self.unchanged += batch.unchanged
        self.failed += len(batch.failures)
        self.featureless += batch.featureless
        self.without_some_pictures += len(batch.refused_images)
        self.flagged = (self.flagged or 0) + batch.flagged

    def in_words(self) -> list[str]:
        """The counts as sentences."""
        counts = f"{self.done} loaded, {self.unchanged} unchanged, {self.failed} refused"
        lines = [f"{counted(self.rows, 'row')}: {counts}."]
        if self.featureless:
            lines.append(
                f"{self.featureless} of the loaded and unchanged show too little in their "
                "picture (white, a lone word): only the identical picture will find them."
            )
        if self.without_some_pictures:
            lines.append(
                f"{self.without_some_pictures} of the loaded and unchanged are without pictures "
                "that were refused."
            )
        if self.flagged:
            lines.append(
                f"{self.flagged} of the loaded are flagged, since other products show their "
                "photographs: flag in lookalike list --json has which."
            )
        return lines


def recognised(catalogue: CatalogueReader) -> dict[str, Any]:
    """The format and the columns of a catalogue, as fields of ``Totals``."""
    columns = {str(name): column for name, column in catalogue.columns.fields.items()}
    return {"format": catalogue.kind, "columns": columns}


def tell_columns(catalogue: CatalogueReader) -> None:
    """Print in words the format of a catalogue, and what its columns were recognised as."""
    columns = catalogue.columns
    console.print(f"{catalogue.kind}:")
    for field_name, column in columns.fields.items():
        console.print(f"  {field_name:<10}  {column}")
    for name, several in (
        ("further", columns.further_pictures),
        ("attributes", columns.attributes),
        ("not read", columns.left_out),
    ):
        if several:
            console.print(f"  {name:<10}  {', '.join(several)}")


def tell_failures(failures: FailureReport, file: Path | None, *, has_root: bool) -> None:
    """Print in words why rows were refused.

    Args:
        failures: the refused rows.
        file: which of them were written to, if any.
        has_root: whether the command has a folder of pictures.
    """
    for line in failures.summary():
        errors.print(line)
    if "url_invalid" in failures.counts and not has_root:
        errors.print("Where image_urls are paths of files: --images-root names their folder.")
    if OutdatedFingerprintError.code in failures.counts:
        errors.print("To read the pictures themselves: --read-pictures")
    if failures.counts and file is None:
        errors.print("To list every refused row with its reason: --failures FILE")
    elif failures.counts:
        errors.print(f"Every refused row, with its reason: {file}")
