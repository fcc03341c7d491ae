"""``lookalike decisions``."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.cli.options import DEFAULT_DATA, ApiKey, AsJson, Data, Url
from lookalike.decisions import DecisionKind

if TYPE_CHECKING:
    from lookalike.api.decisions.models import DecisionAnswer

app = typer.Typer(
    help="What people have decided about two products: list it, decide, undo, export, import.",
    no_args_is_help=True,
)
EntityId = Annotated[
    str | None, typer.Option("--entity-id", help="Only decisions about this product.")
]
Kind = Annotated[DecisionKind | None, typer.Option("--decision", help="Only such decisions.")]


@app.command("list")
def list_decisions(
    entity_id: EntityId = None,
    decision: Kind = None,
    limit: Annotated[int, typer.Option(min=1, help="Decisions that are shown at most.")] = 100,
    data: Data = DEFAULT_DATA,
    url: Url = None,
    api_key: ApiKey = None,
    as_json: AsJson = False,
) -> None:
    """List decisions: id, both products, what was decided, when, by whom, and why.

    With --json, each decision is a line of JSON.
    """
    from lookalike.cli.kept_decisions import kept_decisions
    from lookalike.terminal import counted, errors

    with kept_decisions(data, url, api_key, read_only=True) as kept:
        decisions = kept.every(entity_id, decision)
        shown = list(islice(decisions, limit))
        for each in shown:
            _show(each, as_json=as_json)
        if not shown:
            errors.print("There are no such decisions.")
        if next(decisions, None) is not None:
            errors.print(f"There are more than {counted(limit, 'decision')}: see --limit.")


@app.command()
def add(
    a: Annotated[str, typer.Argument(metavar="A", help="The entity_id of a product.")],
    b: Annotated[str, typer.Argument(metavar="B", help="That of the other one.")],
    decision: Annotated[DecisionKind, typer.Argument(metavar="DECISION", help="What is decided.")],
    note: Annotated[str, typer.Option(help="Why.")] = "",
    by: Annotated[str, typer.Option(envvar="LOOKALIKE_USER", help="Who decides.")] = "",
    replaces: Annotated[
        str | None, typer.Option(metavar="ID", help="The decision that this one replaces.")
    ] = None,
    data: Data = DEFAULT_DATA,
    url: Url = None,
    api_key: ApiKey = None,
    as_json: AsJson = False,
) -> None:
    """Decide about two products.

    Nothing that others have decided is overwritten, unless --replaces names it.
    """
    from lookalike.api.decisions.models import DecisionRequest
    from lookalike.cli.kept_decisions import kept_decisions
    from lookalike.http.validation import checked

    named = {"replaces": replaces} if replaces else {}
    document = {"a": a, "b": b, "decision": decision.value, "note": note, "by": by, **named}
    with kept_decisions(data, url, api_key) as kept:
        _show(kept.put(checked(DecisionRequest, document)), as_json=as_json)


@app.command()
def remove(
    decision_id: Annotated[str, typer.Argument(metavar="ID", help="As `list` prints it.")],
    data: Data = DEFAULT_DATA,
    url: Url = None,
    api_key: ApiKey = None,
) -> None:
    """Undo a decision."""
    from lookalike.cli.kept_decisions import kept_decisions
    from lookalike.terminal import console

    with kept_decisions(data, url, api_key) as kept:
        kept.delete(decision_id)
    console.print("Undone.")


@app.command()
def export(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.csv|.jsonl|.parquet",
            help="Is replaced when all is written; .csv and .jsonl also with .gz behind it.",
        ),
    ],
    entity_id: EntityId = None,
    decision: Kind = None,
    data: Data = DEFAULT_DATA,
    url: Url = None,
    api_key: ApiKey = None,
) -> None:
    """Write decisions to a file, which lookalike decisions import reads."""
    from lookalike.api.decisions.rows import COLUMNS, row_of
    from lookalike.catalogue.exports.table_files import table_file
    from lookalike.cli.kept_decisions import kept_decisions
    from lookalike.terminal import console, counted

    count = 0
    columns = dict.fromkeys(COLUMNS, "string")
    with ExitStack() as stack:
        kept = stack.enter_context(kept_decisions(data, url, api_key, read_only=True))
        write = stack.enter_context(table_file(file, columns))
        for each in kept.every(entity_id, decision):
            write(row_of(each))
            count += 1
    console.print(f"{counted(count, 'decision')} written: {file}")


@app.command("import")
def import_decisions(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            metavar="FILE",
            help="An export, or CSV, JSON Lines, XLSX or Parquet with the columns a, b, decision, "
            "and where wanted note and by.",
        ),
    ],
    data: Data = DEFAULT_DATA,
    url: Url = None,
    api_key: ApiKey = None,
) -> None:
    """Decide as the rows of a file say.

    Rows that cannot be used, and rows about products of which others have decided otherwise, are
    refused one by one, with the reason; the command then ends with 3.
    """
    from lookalike.cli.decision_files import import_rows
    from lookalike.cli.exit_codes import INCOMPLETE
    from lookalike.cli.kept_decisions import kept_decisions
    from lookalike.terminal import console, counted, errors

    with kept_decisions(data, url, api_key) as kept:
        done, refused = import_rows(file, kept)
    console.print(f"{counted(done, 'decision')} kept, {counted(len(refused), 'row')} refused.")
    for line in refused:
        errors.print(line)
    if refused:
        raise typer.Exit(INCOMPLETE)


def _show(each: DecisionAnswer, *, as_json: bool) -> None:
    from lookalike.cli.output import show_json
    from lookalike.terminal import console

    if as_json:
        show_json(each.model_dump_json())
        return
    moment = f"{each.decided_at:%Y-%m-%d %H:%M}"
    words = [each.id, each.a, each.b, each.decision, moment, each.by, each.note]
    console.print("  ".join([*filter(None, words), *(() if each.stands else ["(does not stand)"])]))
