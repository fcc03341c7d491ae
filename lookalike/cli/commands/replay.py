"""``lookalike replay``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.cli.exit_codes import INCOMPLETE
from lookalike.cli.stack import Stack

if TYPE_CHECKING:
    from lookalike.sync.failed_records import FailedRecords
    from lookalike.sync.replay import Replay


def replay(
    stack: Stack,
    bucket: Annotated[
        str | None,
        typer.Option(help="Bucket of the failed records; that of the stack unless given."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show the records and why they failed.")
    ] = False,
) -> None:
    """Apply stream records again that failed when they arrived.

    Applied records are removed; records that fail again stay, with the reason. You can stop the
    command at any time and run it again to continue.

    Exit code 0: nothing is left. 3: some records failed again, or an object could not be read.
    1: the index or a table does not answer; run it again later.
    """
    from lookalike.aws.sync import build_record_applier, open_failed_records
    from lookalike.cli.stack import read_sync_settings
    from lookalike.sync.replay import Replay

    settings = read_sync_settings(stack)
    failed = open_failed_records(bucket or settings.failed_records_bucket)
    keys = list(failed.object_keys())
    left = (
        _show(failed, keys)
        if dry_run
        else _replay(Replay(build_record_applier(settings), failed), keys)
    )
    if left:
        raise typer.Exit(INCOMPLETE)


def _show(failed: FailedRecords, keys: Iterable[str]) -> bool:
    """Print the failed records; whether there are any."""
    from lookalike.sync.failed_records import ObjectGoneError, UnreadableObjectError
    from lookalike.terminal import console, errors

    is_empty = True
    for key in keys:
        try:
            reasons = Counter(record.reason for record in failed.read(key))
        except UnreadableObjectError as error:
            reasons = Counter({error.detail: 1})
        except ObjectGoneError as error:
            errors.print(error.detail)
            continue
        is_empty = False
        for reason, count in reasons.items():
            console.print(f"{key}  {count} x {reason}")
    return not is_empty


def _replay(replay: Replay, keys: list[str]) -> bool:
    """Apply the failed records; whether any are left."""
    from rich.progress import track

    from lookalike.sync.failed_records import ObjectGoneError, UnreadableObjectError
    from lookalike.terminal import console, errors

    applied = 0
    left: Counter[str] = Counter()
    try:
        for key in track(keys, "Replaying", console=errors, disable=not errors.is_terminal):
            try:
                outcome = replay.replay(key)
            except UnreadableObjectError as error:
                left[error.detail] += 1
                continue
            except ObjectGoneError as error:
                errors.print(error.detail)
                continue
            applied += outcome.applied
            left.update(record.reason for record in outcome.left)
    finally:
        console.print(f"applied    {applied}")
        console.print(f"left       {left.total()}")
        for reason, count in left.most_common():
            console.print(f"           {count} x {reason}")
    return bool(left)
