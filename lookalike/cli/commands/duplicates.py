"""``lookalike duplicates``."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.cli.options import DEFAULT_DATA, ApiKey, AsJson, Data, Url

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from lookalike.cli.found_duplicates import Found
    from lookalike.duplicates.groups import Group
    from lookalike.duplicates.keeping import Keep


def duplicates(
    data: Data = DEFAULT_DATA,
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.html",
            help="Write a report with pictures, to be opened in a browser; it needs no other file.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv|.jsonl|.parquet",
            help="Write the groups: CSV and Parquet with a row for each product, JSON Lines with "
            "a line for each group.",
        ),
    ] = None,
    min_match: Annotated[
        float, typer.Option(min=50, max=100, help="Percentage from which pictures are linked.")
    ] = 50.0,
    keep: Annotated[
        list[str] | None,
        typer.Option(
            help="What decides which product of a group to keep: largest, oldest or most_complete. "
            "Repeatable, most important first; those not named decide between equals.",
        ),
    ] = None,
    undecided: Annotated[
        bool,
        typer.Option("--undecided", help="Leave out groups with nothing left to decide."),
    ] = False,
    url: Url = None,
    api_key: ApiKey = None,
    as_json: AsJson = False,
) -> None:
    """Find all duplicates within the catalogue, in groups. Nothing is changed or deleted.

    Products that show one photograph are a group: the same picture, copies of it, or edited ones.
    Other colours of one photograph are groups of their own. Each group says which product to keep,
    and why. What was decided about products (lookalike decisions) is respected and said.

    What was compared is kept: stop the command and run it again to go on, or run it after changes
    to compare what is new alone.
    """
    from lookalike.duplicates.keeping import Keep
    from lookalike.duplicates.outputs.files import require_format

    order = Keep.order(keep or [])
    if output is not None:
        require_format(output)
    with _found(data, min_match, order, url, api_key, thumbnails=report is not None) as found:
        counts = _write(found.undecided() if undecided else found, report, output)
    _show(counts, [path for path in (report, output) if path], as_json=as_json)


def _found(
    data: Path,
    min_match: float,
    order: Sequence[Keep],
    url: str | None,
    api_key: str | None,
    *,
    thumbnails: bool,
) -> AbstractContextManager[Found]:
    from lookalike.cli.found_duplicates import found_here, found_there
    from lookalike.cli.remote.service import RemoteService

    if url is None:
        return found_here(data, min_match, order)
    return found_there(RemoteService(url, api_key), min_match, order, thumbnails=thumbnails)


def _write(found: Found, report: Path | None, output: Path | None) -> Counter[str]:
    """Write the files; return the number of groups of each kind, and of products in them."""
    from collections import Counter

    from lookalike.duplicates.outputs.files import group_file
    from lookalike.duplicates.outputs.report import MAX_GROUPS

    counts: Counter[str] = Counter(groups=0, products=0, decided=0)
    listed: list[Group] = []
    with ExitStack() as stack:
        write = stack.enter_context(group_file(output)) if output else None
        for group in found.groups:
            counts.update({"groups": 1, "products": group["products"], group["kind"]: 1})
            counts["decided"] += group["decided"]
            if write:
                write(group)
            if report and len(listed) < MAX_GROUPS:
                listed.append(group)
    if report:
        _write_report(found, report, listed, counts["groups"])
    return counts


def _write_report(found: Found, path: Path, listed: list[Group], total: int) -> None:
    from lookalike.duplicates.outputs.report import report, thumbnail_side

    page = report(found.with_thumbnails(listed, thumbnail_side(listed)), total)
    path.write_text(page, encoding="utf-8")


def _show(counts: Counter[str], written: Sequence[Path], *, as_json: bool) -> None:
    import json

    from lookalike.cli.output import show_json
    from lookalike.duplicates.grouping import Kind
    from lookalike.terminal import console, counted

    if as_json:
        show_json(json.dumps(dict.fromkeys(Kind, 0) | counts, indent=2))
        return
    groups, products = counted(counts["groups"], "group"), counted(counts["products"], "product")
    console.print(f"{groups} with {products}:")
    for kind in Kind:
        console.print(f"{counts[kind]:7} {kind.value}")
    if counts["decided"]:
        console.print(f"Of these, {counted(counts['decided'], 'group')} decided.")
    for path in written:
        console.print(f"Written: {path}")
