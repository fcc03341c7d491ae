"""The options of ``lookalike evaluate``, and what they name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lookalike.evaluation.settings import EditNames
    from lookalike.evaluation.split import Half

DECISIONS = "--decisions"
"""What stands in the place of a labelled file."""


def _labels(path: Path | None) -> Path | None:
    """Refuse a labelled file that there is not; decisions are none."""
    if path is not None and path.name != DECISIONS and not path.is_file():
        raise typer.BadParameter(f"there is no file {path}.")
    return path


Catalogues = Annotated[
    list[Path] | None,
    typer.Argument(
        exists=True,
        metavar="CATALOGUE",
        help="Catalogue files (entity_id, sku, image_url; colour and view are used), or folders in "
        "which every picture is a product. The report has tables for each; one index holds all.",
    ),
]
ImagesRoot = Annotated[
    Path | None,
    typer.Option(
        exists=True,
        file_okay=False,
        help="Folder that relative image_urls start from; by default that of the catalogue file.",
    ),
]
SkuPattern = Annotated[
    str,
    typer.Option(
        metavar="REGEX",
        help="For entries without a sku: what matches at the start of the entity_id is the sku. "
        "Pictures with one sku are never taken for unrelated.",
    ),
]
Output = Annotated[Path, typer.Option(file_okay=False, help="Folder for answers and reports.")]
Edited = Annotated[
    int, typer.Option(min=1, help="Pictures of each catalogue that go through every edit.")
]
Unrelated = Annotated[
    int,
    typer.Option(
        min=1,
        help="Pictures of each catalogue that are asked about while their product is left out, as "
        "they are and under ten edits.",
    ),
]
Methods = Annotated[
    str,
    typer.Option(
        help="Comma-separated: ours, ours_fast, ours_thorough, imagesearch, phash, phash256, pdq, "
        "crop_resistant."
    ),
]
Edits = Annotated[
    str,
    typer.Option(
        metavar="NAME,…",
        help="Of the edits, ask about these and the unchanged picture alone, as "
        "pasted,random_rotation; an unknown name shows all. By default, every edit.",
    ),
]
Labelled = Annotated[
    Path | None,
    typer.Option(
        exists=True,
        dir_okay=False,
        help="CSV with query,relevant_entity_id; a query is an entity_id or an image file.",
    ),
]
Search = Annotated[
    str,
    typer.Option(
        metavar="ATTRIBUTE,…",
        help="Measure search by looks instead: products of another sku with the same values of "
        "these attributes are right, and other pictures of the same product. Writes search.md, and "
        "search.html with its plots.",
    ),
]
Calibrate = Annotated[
    Path | None,
    typer.Option(
        callback=_labels,
        metavar="FILE|--decisions",
        help="Such a CSV: asks only its queries, fits the percentages to them, and writes "
        "calibration.json. Put that file into the data folder, or name it in "
        "LOOKALIKE_CALIBRATION.",
    ),
]
Decisions = Annotated[
    bool,
    typer.Option(
        DECISIONS,
        help="With --calibrate: what people have decided about the products in --data takes the "
        "place of labelled queries, and no catalogue is named. Pictures are read again from where "
        "they came from.",
    ),
]
HalfName = Annotated[
    str,
    typer.Option(
        metavar="all|report|fit",
        help="Half of the pictures that questions may be about, so that one half can decide on "
        "settings and the other one report on them.",
    ),
]
Seed = Annotated[int, typer.Option(help="Seed for the choice of pictures and edits.")]
Grow = Annotated[
    int,
    typer.Option(min=0, help="Also ask an index with this number of additional synthetic entries."),
]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Number of processes; by default that of the cores.")
]
Anew = Annotated[bool, typer.Option("--anew", help="Discard the answers in the output folder.")]
Quick = Annotated[
    bool, typer.Option("--quick", help="Only a few pictures, to see that everything works.")
]
LeaveOneOut = Annotated[
    bool,
    typer.Option(
        "--leave-one-out",
        help="Answer questions about each catalogue with models that are fitted to other ones, "
        "so that all figures are of a shop that took no part. Needs two catalogues or more; more "
        "than six are left out in six folds.",
    ),
]
FitQueries = Annotated[
    int,
    typer.Option(
        min=1, help="With --leave-one-out: edited pictures of each catalogue to fit to, at most."
    ),
]
FitPairs = Annotated[
    int,
    typer.Option(
        min=0,
        help="With --leave-one-out: pairs of each kind that are made to share something, of each "
        "catalogue, and up to 30 times as many of two products that look alike.",
    ),
]


def names_in(text: str, option: str) -> list[str]:
    """The names in a text with commas, each once.

    Raises:
        BadParameter: there are commas alone.
    """
    names = list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if text and not names:
        raise typer.BadParameter("name at least one.", param_hint=option)
    return names


def half_named(name: str) -> Half | None:
    """The half of the pictures with this name; ``None``: all.

    Raises:
        BadParameter: there is none.
    """
    from lookalike.evaluation.split import Half

    if name not in {"all", *Half}:
        raise typer.BadParameter("all, report or fit", param_hint="--half")
    return None if name == "all" else Half(name)


def methods_in(names: str) -> list[str]:
    """The methods named in a text with commas.

    Raises:
        BadParameter: there is no such method, or none is named.
    """
    from lookalike.evaluation.methods import METHODS

    chosen = names_in(names, "--methods")
    unknown = [name for name in chosen if name not in METHODS]
    if unknown or not chosen:
        known = ", ".join(METHODS)
        raise typer.BadParameter(
            f"no such method: {', '.join(unknown) or 'none'}. Choose from {known}.",
            param_hint="--methods",
        )
    return chosen


def edits_in(names: str) -> EditNames:
    """The edits named in a text with commas; all if none is.

    Raises:
        BadParameterError: there is no edit of a name.
    """
    from lookalike.evaluation.settings import ALL_EDITS

    return ALL_EDITS.only(names_in(names, "--edits"))
