"""The search for duplicates, as ``spark-submit`` starts it: fingerprints → links → groups.

``spark-submit lookalike/spark/duplicates/job.py --output s3://…``, where the backfill has written
its fingerprints; ``--help`` says the rest. Started again, it goes on where it was.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lookalike.api.decisions.rows import request_of
from lookalike.api.decisions.service import NewDecision
from lookalike.duplicates.keeping import Keep
from lookalike.errors import BadParameterError, SettingInvalidError
from lookalike.matching.calibration import Calibration
from lookalike.matching.calibration_errors import calibration_errors
from lookalike.spark.command import do_steps, run_command
from lookalike.spark.duplicates.group_step import GroupStep
from lookalike.spark.duplicates.grouping import ComponentGroups
from lookalike.spark.duplicates.places import Places
from lookalike.spark.duplicates.steps import Steps
from lookalike.spark.manifest import read_manifest
from lookalike.spark.output_folder import OutputFolder
from lookalike.spark.steps import Summary

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

PARTS_AT_ONCE = 2_000
"""Ten million pictures in parts of 5,000, for which 5 TB are sent between machines."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the job with these arguments, or those of the process; see ``run_command``."""
    return run_command("lookalike-duplicates", parser(), run, arguments)


def run(spark: SparkSession, wanted: argparse.Namespace) -> int:
    """Do the steps, one after the other, as long as no part fails."""
    return do_steps(_steps(spark, wanted))


def _steps(
    spark: SparkSession, wanted: argparse.Namespace
) -> Iterator[tuple[str, Callable[[], Summary]]]:
    order, least = _order(wanted.keep or []), wanted.min_match / 100
    places = Places(OutputFolder(wanted.output), _calibration(wanted.calibration))
    if not places.parts:
        raise SettingInvalidError(f"{wanted.output} has no fingerprints: run the backfill first.")
    work = ComponentGroups(least, order, _decisions(spark, wanted.decisions))
    steps = Steps(spark.sparkContext, places, wanted.parts_at_once)
    yield "vectors", steps.vectors
    yield "nearest", steps.nearest
    yield "links", steps.links
    yield "rest", steps.rest
    yield "pairs", lambda: steps.pairs(least)
    yield "groups", GroupStep(spark.sparkContext, places, work).run


def _order(names: list[str]) -> tuple[Keep, ...]:
    order = Keep.order(names)
    if names and order[0] is Keep.OLDEST:
        raise BadParameterError(
            "Files of fingerprints do not say which picture was registered first: keep the "
            "largest or the most complete."
        )
    return tuple(each for each in order if each is not Keep.OLDEST)


def _calibration(path: Path | None) -> Calibration:
    if path is None:
        return Calibration.shipped()
    with calibration_errors(str(path)):
        return Calibration.read(path)


def _decisions(spark: SparkSession, address: str | None) -> dict[str, list[NewDecision]]:
    """What was decided, by the entity id of either product.

    Raises:
        BadParameterError: a row says no decision.
    """
    found = defaultdict[str, list[NewDecision]](list)
    if address:
        for row in read_manifest(spark, address).toLocalIterator():
            decision = request_of(row.asDict()).new
            found[decision.a].append(decision)
            found[decision.b].append(decision)
    return dict(found)


def parser() -> argparse.ArgumentParser:
    """What the job is told."""
    parser = argparse.ArgumentParser("job.py", description=__doc__)
    add: Callable[..., object] = parser.add_argument
    add("--output", required=True, help="folder that the backfill has written its fingerprints to")
    add("--decisions", help="an export of decisions: CSV, .jsonl or .parquet")
    add("--min-match", type=_percentage, default=50.0, help="from which pictures are linked")
    add("--keep", action="append", help="largest or most_complete; repeatable")
    add("--calibration", type=Path, help="a calibration.json on the machine of the driver")
    add("--parts-at-once", type=int, default=PARTS_AT_ONCE, help="compared before the next ones")
    return parser


def _percentage(text: str) -> float:
    value = float(text)
    if not 50 <= value <= 100:  # noqa: PLR2004 - as of `lookalike duplicates`
        raise argparse.ArgumentTypeError("a percentage from 50 to 100")
    return value


if __name__ == "__main__":
    sys.exit(main())
