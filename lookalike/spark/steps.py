"""The steps of a job on a cluster. Each does the parts that it has not done yet."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.spark.index_load import INDEXED, PartIndex
from lookalike.spark.manifest import entity_column, rows_by_part
from lookalike.spark.output_folder import OutputFolder, parts_of
from lookalike.spark.part_import import FINGERPRINTS, PartImport, PartOutcome, rows_of_part
from lookalike.spark.tables import PICTURES, PartTables

if TYPE_CHECKING:
    from pyspark import RDD, SparkContext
    from pyspark.sql import DataFrame

log = logging.getLogger("lookalike.spark")
Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Summary:
    """What a step has done in this run.

    Attributes:
        parts: that were done.
        done: products, items or pictures in them.
        failed: rows and pictures that were refused.
        errors: why parts could not be done, by their number; the next run does them.
    """

    parts: int
    done: int
    failed: int
    errors: dict[int, str]

    def with_(self, other: Summary) -> Summary:
        """The two together."""
        return Summary(
            self.parts + other.parts,
            self.done + other.done,
            self.failed + other.failed,
            self.errors | other.errors,
        )


def fingerprint(frame: DataFrame, parts: int, task: PartImport, *, again: bool = False) -> Summary:
    """Fingerprint the parts of a manifest that have no file.

    Args:
        frame: the manifest.
        parts: how many it has.
        task: does one.
        again: do all, to try refused rows once more.
    """
    done = set() if again else parts_of(task.output.names(FINGERPRINTS))
    column = entity_column(list(task.columns), task.wanted)
    left = parts - len(done)
    rows = rows_by_part(frame, column, parts).filter(lambda row: row[0] not in done)
    return run_parts(rows.groupByKey(max(1, left)), task.run)


def write_tables(spark: SparkContext, task: PartTables) -> Summary:
    """Write the items of all parts that are fingerprinted."""
    output = task.output
    parts = sorted(parts_of(output.names(FINGERPRINTS)))
    done = parts_of(output.names(PICTURES))
    if done.issuperset(parts):
        return Summary(0, 0, 0, {})
    left = owned_pictures(spark, output, parts).filter(lambda row: row[0] not in done)
    return run_parts(left, task.run)


def owned_pictures(
    spark: SparkContext, output: OutputFolder, parts: Sequence[int]
) -> RDD[tuple[int, set[str]]]:
    """For each part the fingerprint ids of its pictures; those of several are of the first one."""
    owned = (
        spark.parallelize(parts, len(parts))
        .flatMap(lambda part: _pictures_of(output, part))
        .reduceByKey(min)
        .map(lambda owner: (owner[1], owner[0]))
        .groupByKey()
    )
    # A part all of whose pictures are of others is there still: it has products.
    every = spark.parallelize([(part, 0) for part in parts], len(parts)).leftOuterJoin(owned)
    return every.mapValues(lambda pair: set(pair[1] or ()))


def index(spark: SparkContext, task: PartIndex, at_once: int) -> Summary:
    """Add the pictures of all parts to an index, so many parts at a time."""
    done = parts_of(task.output.names(f"{INDEXED}/{task.index}"))
    left = sorted(parts_of(task.output.names(FINGERPRINTS)) - done)
    rows = spark.parallelize([(part, None) for part in left], max(1, min(at_once, len(left))))
    return run_parts(rows, lambda part, _: task.run(part))


def run_parts(rows: RDD[tuple[int, Given]], do: Callable[[int, Given], PartOutcome]) -> Summary:
    """Do the parts on the cluster. One that fails costs none of the others."""

    def tried(row: tuple[int, Given]) -> PartOutcome:
        try:
            return do(*row)
        except Exception as error:  # noqa: BLE001 - it would end the whole stage
            return PartOutcome(row[0], error=f"{type(error).__name__}: {error}")

    outcomes = rows.map(tried).collect()
    errors = {each.part: each.error for each in outcomes if each.error}
    for part, error in sorted(errors.items()):
        log.error("part %d: %s", part, error)
    done = [each for each in outcomes if not each.error]
    return Summary(
        len(done), sum(each.done for each in done), sum(each.failed for each in done), errors
    )


def _pictures_of(output: OutputFolder, part: int) -> Iterator[tuple[str, int]]:
    """The ids of a part's pictures, with its number."""
    rows: Iterable[CatalogueRow] = (
        row for row in rows_of_part(output, part) if isinstance(row, CatalogueRow)
    )
    names = {picture.fingerprint_id for row in rows for picture in row.pictures}
    return ((name, part) for name in names)
