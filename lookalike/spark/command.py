"""What jobs share as programs that ``spark-submit`` starts: session, steps, answers, exit codes."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from lookalike.errors import LookalikeError
from lookalike.extras import needs_extra
from lookalike.spark.steps import Summary

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

FAILED = 3
"""Exit code where parts have failed."""


def run_command(
    name: str,
    parser: argparse.ArgumentParser,
    run: Callable[[SparkSession, argparse.Namespace], int],
    arguments: Sequence[str] | None,
) -> int:
    """Run a job in a session of its own; the exit code.

    0: all is done. 3: parts have failed, and the same command does them. 1: it could not go on.

    Args:
        name: of the application on the cluster.
        parser: what the job is told.
        run: does the job, and returns 0 or ``FAILED``.
        arguments: those of the process if ``None``.
    """
    logging.basicConfig(level=logging.WARNING)
    with needs_extra("spark"):
        from pyspark.sql import SparkSession  # noqa: PLC0415 - only where it runs

    wanted = parser.parse_args(arguments)
    spark = SparkSession.builder.appName(name).getOrCreate()
    try:
        return run(spark, wanted)
    except LookalikeError as error:
        print(error.detail, file=sys.stderr)  # noqa: T201 - the command's answer
        return 1
    finally:
        spark.stop()


def do_steps(steps: Iterable[tuple[str, Callable[[], Summary]]]) -> int:
    """Do named steps, one after the other, as long as no part fails; 0 or ``FAILED``."""
    for name, step in steps:
        summary = step()
        print(json.dumps({"step": name, **asdict(summary)}), flush=True)  # noqa: T201
        if summary.errors:
            return FAILED
    return 0
