"""What the commands that read a catalogue are given."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lookalike.duplicates.on_duplicate import OnDuplicate


def _existing(catalogue: Path) -> Path:
    """Let ``-`` pass, which the option ``allow_dash`` of paths does not."""
    if str(catalogue) != "-" and not catalogue.exists():
        raise typer.BadParameter(f"there is no file or folder {str(catalogue)!r}.")
    return catalogue


def require_days(days: float) -> float:
    """Refuse less than none."""
    if not days >= 0:
        raise typer.BadParameter(f"{days:g} is no number of days: write 0 or more.")
    return days


_FORMATS = (
    "CSV, TSV, JSON, JSON Lines, XLSX, Parquet, RSS or Atom, or gzip of one of them; a folder of "
    "pictures, whose names become ids; or - for standard input."
)
CatalogueArgument = Annotated[
    Path, typer.Argument(callback=_existing, metavar="CATALOGUE", help=_FORMATS)
]
FeedArgument = Annotated[Path, typer.Argument(callback=_existing, metavar="FEED", help=_FORMATS)]
"""For `lookalike sync`, which makes the catalogue equal to it."""
ImagesRoot = Annotated[
    Path | None,
    typer.Option(
        "--images-root",
        exists=True,
        file_okay=False,
        help="Folder that image_urls which are paths start from. Without it only web "
        "addresses are read.",
    ),
]
WantedColumns = Annotated[
    list[str] | None,
    typer.Option(
        "--columns",
        metavar="NAME=COLUMN,…",
        help="What columns say whose names are not known: entity_id=…, sku=…, image_url=…, or "
        "an attribute. NAME= leaves an attribute out, '*=' all that are not named.",
    ),
]
Encoding = Annotated[
    str | None,
    typer.Option(
        "--encoding", help="Encoding of a text file that is neither Unicode nor Windows-1252."
    ),
]
ReadPictures = Annotated[
    bool,
    typer.Option(
        "--read-pictures",
        help="Read the pictures of an export even where it has their fingerprints.",
    ),
]
Failures = Annotated[
    Path | None,
    typer.Option("--failures", help="CSV file for every refused row with its reason."),
]
Check = Annotated[
    bool,
    typer.Option(
        "--check",
        help="Look for each new product, and for each new picture, in the catalogue before it is "
        "stored.",
    ),
]
OnDuplicateOption = Annotated[
    OnDuplicate | None,
    typer.Option(
        "--on-duplicate",
        metavar="ACTION",
        help="With --check, what to do where another product shows the same photograph: accept "
        "stores the row and writes an event, flag also marks the product, refuse refuses the row.",
        show_default="accept",
    ),
]
Refresh = Annotated[
    bool,
    typer.Option(
        "--refresh",
        help="Ask again for all pictures at web addresses; those that have not changed are not "
        "sent again where their server can tell.",
    ),
]
DEFAULT_REFRESH_AFTER = 30
"""Days; as ``catalogue.web_revision.REFRESH_AFTER``, which takes longer to import."""
RefreshAfter = Annotated[
    float,
    typer.Option(
        "--refresh-after",
        metavar="DAYS",
        callback=require_days,
        envvar="LOOKALIKE_REFRESH_AFTER",
        help="Ask again for pictures at web addresses that were last asked for so long ago.",
    ),
]
