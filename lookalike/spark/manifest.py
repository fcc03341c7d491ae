"""The manifest of a job: the rows of a catalogue, in as many files as one likes."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lookalike.catalogue.columns import Columns, Field
from lookalike.catalogue.exports.columns import is_export

if TYPE_CHECKING:
    from pyspark import RDD
    from pyspark.sql import DataFrame, SparkSession

_GZIP = ".gz"


def read_manifest(spark: SparkSession, address: str) -> DataFrame:
    """The rows of a manifest: CSV, JSON Lines or Parquet, as its name says; else CSV.

    A folder has its format in its name, too (``manifest.parquet/``). Repeated rows of a product are
    joined as ``lookalike import`` does with rows that follow each other.
    """
    name = address.rstrip("/").removesuffix(_GZIP)
    if name.endswith(".parquet"):
        return spark.read.parquet(address)
    if name.endswith((".jsonl", ".json")):
        return spark.read.json(address)
    # As the csv module writes: quotes are doubled, and a cell may have line ends.
    return spark.read.csv(address, header=True, multiLine=True, quote='"', escape='"')


def entity_column(columns: list[str], wanted: Mapping[str, str]) -> str:
    """The column with the entity ids.

    Raises:
        CatalogueError: the columns cannot be read as a catalogue.
    """
    if is_export(columns) and not wanted:
        return Field.ENTITY_ID.value
    return Columns(columns, wanted).fields[Field.ENTITY_ID]


def rows_by_part(
    frame: DataFrame, column: str, parts: int
) -> RDD[tuple[int, tuple[int, dict[str, Any]]]]:
    """The rows by the part that the entity id decides, with their place in the manifest from 1."""
    return frame.rdd.zipWithIndex().map(
        lambda row: (part_of(row[0][column] or "", parts), (row[1] + 1, row[0].asDict()))
    )


def part_of(entity_id: object, parts: int) -> int:
    """The part of a product, on whatever machine that is asked."""
    return zlib.crc32(str(entity_id).encode("utf-8", "replace")) % parts
