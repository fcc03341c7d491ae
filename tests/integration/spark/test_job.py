"""The job on Spark writes what ``lookalike import`` stores, and goes on after whatever ends it."""

from __future__ import annotations

import base64
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.pictures import Fingerprint
from lookalike.products import Product
from lookalike.spark import job
from lookalike.spark.output_folder import OutputFolder, parts_of
from lookalike.spark.part_import import FAILURES, FINGERPRINTS
from lookalike.spark.tables import PICTURES, PRODUCTS, registrations_of_part
from lookalike.storage.dynamodb.attributes import Item
from lookalike.storage.dynamodb.items import picture_from, product_from
from lookalike.storage.listing import EVERY_PRODUCT
from lookalike.storage.opensearch.client import connect
from lookalike.storage.opensearch.service import OpenSearchService
from lookalike.storage.opensearch.vectors import OpenSearchVectors
from lookalike.storage.sqlite.storage import EmbeddedStorage
from tests.integration.processes import PATIENCE, ROOT, lookalike

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("pyspark") is None, reason="`make spark` installs it"),
]
Catalogue = tuple[dict[str, Product], dict[str, Fingerprint]]


@pytest.fixture(scope="session")
def imported(manifest: Path) -> Catalogue:
    """What ``lookalike import`` stores."""
    data = manifest.parent / "data"
    done = lookalike("import", manifest, "--images-root", ROOT / "sample", "--data", data)
    assert done.code == 3, done.errors
    with closing(EmbeddedStorage(data, ALGORITHM_VERSION, read_only=True)) as storage:
        products = storage.products.page("", 100, EVERY_PRODUCT).products
        pictures = storage.pictures.get_many(each.fingerprint_id for each in products)
        return (
            {each.entity_id: each for each in products},
            {key: each.fingerprint for key, each in pictures.items()},
        )


def written(output: Path) -> Catalogue:
    """What the job has fingerprinted."""
    folder = OutputFolder(str(output))
    parts = parts_of(folder.names(FINGERPRINTS))
    found = [each for part in parts for each in registrations_of_part(folder, part)]
    return (
        {each.entity_id: each.product for each in found},
        {i.fingerprint.fingerprint_id: i.fingerprint for each in found for i in each.images},
    )


def arguments(manifest: Path, output: Path, *more: object) -> list[str]:
    """Of the job, with three rows in a part."""
    sizes = ["--rows-of-part", "3", "--images-root", str(ROOT / "sample")]
    return ["--manifest", str(manifest), "--output", str(output), *sizes, *map(str, more)]


def run(spark: SparkSession, words: Iterable[str]) -> int:
    """The job in this session."""
    return job.run(spark, job.parser().parse_args([*words]))


def files(output: Path) -> dict[str, int]:
    """When each file of fingerprints was written."""
    found = (output / FINGERPRINTS).glob("part-?????.parquet")
    return {path.name: path.stat().st_mtime_ns for path in found if path.is_file()}


@pytest.fixture(scope="session")
def killed(
    manifest: Path, spark_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The output of a driver that was killed when it had done some parts."""
    output = tmp_path_factory.mktemp("output")
    program = [sys.executable, str(ROOT / "lookalike" / "spark" / "job.py")]
    environment = {**os.environ, **spark_environment}
    environment["PYSPARK_SUBMIT_ARGS"] = spark_environment["PYSPARK_SUBMIT_ARGS"].replace(
        "local[2]", "local[1]"
    )
    with subprocess.Popen(  # noqa: S603 - our own program
        [*program, *arguments(manifest, output)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as driver:
        end = time.monotonic() + PATIENCE
        while not files(output) and driver.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        assert driver.poll() is None, (driver.stderr or sys.stdin).read()
        os.killpg(driver.pid, signal.SIGKILL)
    return output


def test_should_go_on_where_a_driver_was_killed(
    spark: SparkSession, killed: Path, manifest: Path, imported: Catalogue
) -> None:
    """And write what an import stores: every product, every fingerprint, every revision."""
    before = files(killed)
    assert 1 <= len(before) < 5
    assert run(spark, arguments(manifest, killed, "--steps", "fingerprints")) == 0
    assert written(killed) == imported
    assert files(killed).items() >= before.items()
    assert _refused(killed) == {("gone", "image_not_found"), ("none", "no_picture")}


def _refused(output: Path) -> set[tuple[str, str]]:
    from pyarrow import parquet  # noqa: PLC0415 - takes a second

    rows = parquet.read_table(output / FAILURES).to_pylist()
    return {(row["entity_id"], row["code"]) for row in rows}


def test_should_lose_nothing_by_a_part_that_fails(
    spark: SparkSession, manifest: Path, imported: Catalogue, tmp_path: Path
) -> None:
    words = arguments(manifest, tmp_path, "--steps", "fingerprints")
    in_the_way = tmp_path / FINGERPRINTS / "part-00002.parquet" / "file"
    in_the_way.mkdir(parents=True)
    assert run(spark, words) == 3
    before = files(tmp_path)
    assert len(written(tmp_path)[0]) < len(imported[0])
    in_the_way.rmdir()
    in_the_way.parent.rmdir()
    assert run(spark, words) == 0
    assert written(tmp_path) == imported
    assert files(tmp_path).items() > before.items()


def test_should_write_items_that_dynamodb_imports(
    spark: SparkSession, killed: Path, manifest: Path, imported: Catalogue
) -> None:
    """Each picture once, whatever parts its products are in; the same once more is nothing."""
    assert run(spark, arguments(manifest, killed)) == 0
    before = {path: path.stat().st_mtime_ns for path in (killed / "dynamodb").rglob("*.gz")}
    assert run(spark, arguments(manifest, killed)) == 0
    assert {path: path.stat().st_mtime_ns for path in before} == before
    products = {each.entity_id: each for each in map(product_from, _items(killed / PRODUCTS))}
    pictures = [picture_from(item).fingerprint for item in _items(killed / PICTURES)]
    assert (products, {each.fingerprint_id: each for each in pictures}) == imported
    assert len(pictures) == len(imported[1]) < len(products)


def _items(folder: Path) -> list[Item]:
    """The items of files, as DynamoDB reads its JSON; moto does not read JSON within a text."""

    def decoded(found: Item) -> Item:
        return {"B": base64.b64decode(found["B"])} if found.keys() == {"B"} else found

    texts = (gzip.decompress(path.read_bytes()).decode() for path in sorted(folder.iterdir()))
    lines = [line for text in texts for line in text.splitlines()]
    return [json.loads(line, object_hook=decoded)["Item"] for line in lines]


def test_should_fill_an_index_and_make_it_serve(
    spark: SparkSession,
    killed: Path,
    manifest: Path,
    imported: Catalogue,
    opensearch_url: str,
) -> None:
    base = f"pictures{uuid4().hex[:8]}"
    words = ["--opensearch", opensearch_url, "--service", "none", "--alias", base]
    assert run(spark, arguments(manifest, killed, *words, "--replicas", 0)) == 0
    client = connect(opensearch_url, OpenSearchService.UNSIGNED)
    try:
        vectors = OpenSearchVectors(client, ALGORITHM_VERSION, base)
        assert set(vectors.ids()) == imported[1].keys()
        [settings] = client.indices.get_settings(index=f"{base}-*").values()
        assert settings["settings"]["index"]["refresh_interval"] == "1s"
        [segments] = client.indices.segments(index=f"{base}-*")["indices"].values()
        assert [len(each[0]["segments"]) for each in segments["shards"].values()] == [1]
    finally:
        client.indices.delete(index=f"{base}-*")
        client.close()
