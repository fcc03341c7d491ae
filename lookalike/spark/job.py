"""The job, as ``spark-submit`` starts it: manifest → fingerprints → items → index.

``spark-submit lookalike/spark/job.py --manifest s3://… --output s3://…``; ``--help`` says the rest.
Started again with the same output, it goes on where it was.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lookalike.errors import SettingInvalidError
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.spark import steps
from lookalike.spark.command import do_steps, run_command
from lookalike.spark.index_load import PartIndex
from lookalike.spark.job_state import JobState
from lookalike.spark.manifest import read_manifest
from lookalike.spark.output_folder import OutputFolder, parts_of
from lookalike.spark.part_import import FINGERPRINTS, PartImport
from lookalike.spark.reachability import SAMPLED_ROWS, require_reachable
from lookalike.spark.tables import PartTables
from lookalike.storage.opensearch.admin import IndexAdmin
from lookalike.storage.opensearch.client import connect
from lookalike.storage.opensearch.index_load import IndexLoad
from lookalike.storage.opensearch.schema import IndexSettings
from lookalike.storage.opensearch.service import INDEX_BASE, OpenSearchService

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

STEPS = ("fingerprints", "tables", "index")
MAX_PARTS = 40_000
"""DynamoDB imports 50,000 objects at most.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Validation.html"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the job with these arguments, or those of the process; see ``run_command``."""
    return run_command("lookalike", parser(), run, arguments)


def run(spark: SparkSession, wanted: argparse.Namespace) -> int:
    """Do the wanted steps, one after the other, as long as no part fails."""
    job = Job(spark, wanted)
    known = {"fingerprints": job.fingerprints, "tables": job.tables, "index": job.index}
    names = wanted.steps or STEPS[: 3 if wanted.opensearch else 2]
    return do_steps((name, known[name]) for name in names)


class Job:
    """The steps with what they need.

    Args:
        spark: the session.
        wanted: the arguments.
    """

    def __init__(self, spark: SparkSession, wanted: argparse.Namespace) -> None:
        self._spark = spark
        self._wanted = wanted
        self._output = OutputFolder(wanted.output)
        self._frame = read_manifest(spark, wanted.manifest)
        self._state = JobState.of(self._output, wanted.manifest, self._new_state)

    def fingerprints(self) -> steps.Summary:
        """Fingerprint the pictures of the manifest.

        Raises:
            SettingInvalidError: none of them can be reached from here.
        """
        wanted = self._wanted
        task = PartImport(
            self._output,
            wanted.images_root,
            wanted.allow_private_hosts,
            tuple(self._frame.columns),
            dict(wanted.columns or ()),
        )
        if wanted.again or len(parts_of(self._output.names(FINGERPRINTS))) < self._state.parts:
            rows = enumerate(row.asDict() for row in self._frame.limit(SAMPLED_ROWS).collect())
            require_reachable(task.web_addresses(rows), task.settings.web_fetcher())
        return steps.fingerprint(self._frame, self._state.parts, task, again=wanted.again)

    def tables(self) -> steps.Summary:
        """Write the items for DynamoDB's import."""
        task = PartTables(self._output, self._state.started)
        return steps.write_tables(self._spark.sparkContext, task)

    def index(self) -> steps.Summary:
        """Fill a new index, merge its segments, and make it serve."""
        wanted = self._wanted
        if not wanted.opensearch:
            raise SettingInvalidError("The step index needs --opensearch, the address of a domain.")
        service = OpenSearchService(wanted.service)
        client = connect(wanted.opensearch, service, role=wanted.role)
        try:
            admin = IndexAdmin(client, ALGORITHM_VERSION, wanted.alias)
            copies = admin.replicas() if wanted.replicas is None else wanted.replicas
            settings = IndexSettings(shards=wanted.shards, replicas=copies)
            name = self._index_name(admin, settings)
            load = IndexLoad(client, name)
            load.begin()
            task = PartIndex(self._output, wanted.opensearch, service, name, wanted.role)
            summary = steps.index(self._spark.sparkContext, task, wanted.at_once)
            if not summary.errors:
                load.end(settings)
                admin.verify(name, may_miss=wanted.may_miss)
                admin.switch(name)
        finally:
            client.close()
        return summary

    def _index_name(self, admin: IndexAdmin, settings: IndexSettings) -> str:
        """The index that this job fills; it is created by its first run."""
        if not self._state.index:
            self._state = replace(self._state, index=admin.create(settings))
            self._state.save(self._output)
        return self._state.index

    def _new_state(self) -> JobState:
        parts = math.ceil(self._frame.count() / self._wanted.rows_of_part)
        parts = min(max(1, parts), MAX_PARTS)
        return JobState(self._wanted.manifest, parts, ALGORITHM_VERSION, int(time.time()))


def parser() -> argparse.ArgumentParser:
    """What the job is told."""
    parser = argparse.ArgumentParser("job.py", description=__doc__)
    add: Callable[..., object] = parser.add_argument
    add("--manifest", required=True, help="CSV, .jsonl or .parquet, one file or a folder of them")
    add("--output", required=True, help="folder, in S3 or here")
    add("--steps", nargs="+", choices=STEPS, help="unless given, all; index with --opensearch")
    add("--images-root", type=Path, help="folder that paths of pictures start from")
    add("--columns", nargs="+", type=_column, help="NAME=COLUMN, as of lookalike import")
    add("--allow-private-hosts", action="store_true", help="fetch from private networks, too")
    add("--rows-of-part", type=int, default=5_000, help="rows that are in memory at once")
    add("--again", action="store_true", help="try refused rows once more")
    add("--opensearch", help="address of the domain")
    add(
        "--service",
        default="es",
        choices=["es", "aoss", "none"],
        help="that requests are signed for",
    )
    add("--role", help="ARN of the role that administers the index, to be assumed")
    add("--alias", default=INDEX_BASE, help="prefix of index names")
    add("--shards", type=int, default=1, help="of the new index: one for 20 million pictures")
    add("--replicas", type=int, help="of each shard; unless given, as the index before")
    add("--may-miss", type=int, default=0, help="pictures fewer than the index before")
    add("--at-once", type=int, default=8, help="parts that are indexed at a time")
    return parser


def _column(text: str) -> tuple[str, str]:
    name, _, column = text.partition("=")
    return name, column


if __name__ == "__main__":
    sys.exit(main())
