"""Syncs that are killed at random points, each in a process of its own, and then run again.

Writes a line for each: how many products were stored after the kill, whether none of the feed was
lost, and whether the second run ended equal to the feed. Started by ``test_sync_command.py``.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.max_deletions import MaxDeletions
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.imports.catalogue_import import CatalogueImport
from lookalike.local.feed_sync.feed_sync import FeedSync
from lookalike.local.feed_sync.storage_target import StorageTarget
from lookalike.local.feed_sync.target import Row
from lookalike.storage.sqlite.storage import EmbeddedStorage
from tests.unit.imports.instant_pool import Files, InstantPool

KILLS = 10
BEFORE, LEAVING = 1_300, 1_100


def rows(numbers: range, **attributes: str) -> list[Row]:
    """Rows of products, each with a picture of its own."""
    return [CatalogueRow(n + 2, str(n), "S", f"{n}.jpg", attributes) for n in numbers]


FEED = [
    *rows(range(LEAVING, BEFORE - 100)),
    *rows(range(BEFORE - 100, BEFORE), colour="red"),
    *rows(range(BEFORE, BEFORE + 300)),
]


def sync(folder: Path, feed: Sequence[Row]) -> None:
    """Make the catalogue in a folder equal to a feed."""
    with closing(EmbeddedStorage(folder, ALGORITHM_VERSION)) as storage:
        target = StorageTarget(
            storage, CatalogueImport(storage, Files(), InstantPool(), lambda: 1e6)
        )
        feed_sync = FeedSync(lambda: feed)
        with feed_sync.planned() as plan:
            feed_sync.compare(plan, target)
            plan.require_allowed(MaxDeletions(LEAVING))
            feed_sync.run(plan, target, lambda _: None, lambda _: None)


def contents(folder: Path) -> dict[str, dict[str, str]]:
    """The attributes of all products, by id."""
    with closing(EmbeddedStorage(folder, ALGORITHM_VERSION, read_only=True)) as storage:
        page = storage.products.page(limit=10_000)
        return {product.entity_id: dict(product.attributes) for product in page.products}


def seconds(work: Callable[[], None], killed_after: float = 60) -> float:
    """How long a process worked, which is killed after so many seconds."""
    began = time.monotonic()
    if (pid := os.fork()) == 0:
        work()
        os._exit(0)
    while os.waitpid(pid, os.WNOHANG) == (0, 0):
        if time.monotonic() - began > killed_after:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.001)
    return time.monotonic() - began


def main(folder: Path) -> None:
    """Kill and run again."""
    first, trial = folder / "first", folder / "trial"
    sync(first, rows(range(BEFORE)))
    expected = {
        row.entity_id: dict(row.attributes) for row in FEED if isinstance(row, CatalogueRow)
    }
    shutil.copytree(first, trial)
    whole = seconds(lambda: sync(trial, FEED))
    source = random.Random(7)  # noqa: S311 - repeatable
    for kill in range(KILLS):
        shutil.rmtree(trial)
        shutil.copytree(first, trial)
        seconds(lambda: sync(trial, FEED), whole * (kill + source.random()) / KILLS)
        stored = contents(trial)
        sync(trial, FEED)
        kept = {str(number) for number in range(LEAVING, BEFORE)}
        result = [len(stored), kept <= stored.keys(), contents(trial) == expected]
        sys.stdout.write(f"{json.dumps(result)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
