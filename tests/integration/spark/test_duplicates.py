"""The search on Spark finds the groups of one machine, and goes on after whatever ends it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageOps
from typer.testing import CliRunner

from lookalike import Catalogue
from lookalike.cli.app import app
from lookalike.duplicates.outputs.files import group_file
from lookalike.matching.calibration import Calibration
from lookalike.spark import job as backfill
from lookalike.spark.duplicates import job
from lookalike.spark.duplicates.components import components
from lookalike.spark.duplicates.places import Places
from lookalike.spark.duplicates.steps import LINKS, REST
from lookalike.spark.output_folder import OutputFolder
from tests.integration.processes import ROOT

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("pyspark") is None, reason="`make spark` installs it"),
]
PHOTOS = sorted((ROOT / "sample" / "photos").glob("*.jpg"))[:12]
DECIDED = [
    ("photo-0", "mirror-0", "not_duplicate"),
    ("photo-2", "same-2", "not_duplicate"),
    ("photo-10", "photo-11", "duplicate"),
    ("photo-4", "mirror-1", "variant"),
]
Row = dict[str, Any]


def _pictures(folder: Path) -> dict[str, list[Path]]:
    """Photographs, edited copies of some, and many copies of one, by the id of their product."""
    pictures = {f"photo-{number}": [path] for number, path in enumerate(PHOTOS)}
    pictures |= {"same-2": [PHOTOS[2]], "several": PHOTOS[6:8], "both": PHOTOS[6:8]}

    def copy(name: str, picture: Image.Image, quality: int = 90) -> None:
        path = folder / f"{name}.jpg"
        picture.save(path, quality=quality)
        pictures[name] = [path]

    for number, path in enumerate(PHOTOS[::4]):
        with Image.open(path) as photo:
            picture = photo.convert("RGB")
        width, height = picture.size
        copy(f"mirror-{number}", ImageOps.mirror(picture))
        copy(f"crop-{number}", picture.crop((width // 10, height // 10, width, height)))
    with Image.open(PHOTOS[3]) as photo:
        for quality in range(20, 95, 8):
            copy(f"again-{quality}", photo.convert("RGB"), quality)
    return pictures


@dataclass(frozen=True, slots=True)
class Shop:
    """A catalogue.

    Attributes:
        export: its products with their fingerprints.
        decisions: what was decided about them.
        groups: what one machine finds.
    """

    export: Path
    decisions: Path
    groups: list[Row]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("shop")
    export, decisions, found = (
        folder / name for name in ("export.parquet", "decisions.jsonl", "groups.parquet")
    )
    with closing(Catalogue(folder / "data")) as catalogue:
        for name, paths in sorted(_pictures(folder).items()):
            catalogue.add(name, paths[0], sku=f"SKU-{name}", further_pictures=paths[1:])
        for a, b, decision in DECIDED:
            catalogue.decide(a, b, decision)
        with group_file(found) as write:
            for group in catalogue.duplicates():
                write(group)
    for words in (["export", export, "--fingerprints"], ["decisions", "export", decisions]):
        options = [*map(str, words), "--data", str(folder / "data")]
        assert CliRunner().invoke(app, options).exit_code == 0
    return Shop(export, decisions, _rows([found]))


@pytest.fixture(scope="module")
def searched(spark: SparkSession, shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a backfill of the shop, and of a search."""
    output = tmp_path_factory.mktemp("output")
    words = ["--manifest", str(shop.export), "--output", str(output), "--steps", "fingerprints"]
    assert backfill.run(spark, backfill.parser().parse_args([*words, "--rows-of-part", "20"])) == 0
    assert run(spark, output, shop) == 0
    return output


def run(spark: SparkSession, output: Path, shop: Shop) -> int:
    """The search in this session."""
    words = ["--output", output, "--decisions", shop.decisions, "--parts-at-once", 2]
    return job.run(spark, job.parser().parse_args([*map(str, words)]))


def _rows(paths: Iterable[Path]) -> list[Row]:
    from pyarrow import parquet  # noqa: PLC0415 - takes a second

    rows = [row for path in paths for row in parquet.read_table(path).to_pylist()]
    for row in rows:
        del row["reasons"]  # one machine also knows which picture was registered first
    return sorted(rows, key=lambda row: (row["group"], row["entity_id"]))


def found(output: Path) -> list[Row]:
    """The rows of all groups."""
    return _rows((output / "duplicates" / "groups").glob("part-?????.parquet"))


def files(output: Path) -> dict[Path, int]:
    """When each file but those of groups was written."""
    written = (path for path in (output / "duplicates").rglob("*.*") if path.is_file())
    return {path: path.stat().st_mtime_ns for path in written if path.parent.name != "groups"}


def places(output: Path) -> Places:
    return Places(OutputFolder(str(output)), Calibration.shipped())


def test_should_find_the_groups_of_one_machine(shop: Shop, searched: Path) -> None:
    """With decisions, several pictures of a product, and more copies than candidates are sent."""
    assert len({row["group"] for row in shop.groups}) > 5
    assert found(searched) == shop.groups
    kept = places(searched)
    assert any(kept.compared(LINKS, name).unfinished for name in kept.names(LINKS))
    assert kept.names(REST)


def test_should_do_nothing_again_and_go_on_with_what_is_missing(
    spark: SparkSession, shop: Shop, searched: Path
) -> None:
    """A part that fails costs none of the others."""
    before, folder = files(searched), searched / places(searched).folder("")
    gone = [min((folder / name).iterdir()) for name in ("candidates", LINKS, "compared")]
    for path in gone:
        path.unlink()
    in_the_way = gone[0] / "file"
    in_the_way.mkdir(parents=True)
    assert run(spark, searched, shop) == 3
    in_the_way.rmdir()
    gone[0].rmdir()
    assert run(spark, searched, shop) == 0
    after = files(searched)
    assert {path for path in after if after[path] != before[path]} == set(gone)
    assert after.keys() == before.keys()
    assert found(searched) == shop.groups


def test_should_connect_what_is_linked_over_others(spark: SparkSession) -> None:
    edges = [("d", "c"), ("b", "c"), ("a", "b"), ("x", "y"), ("z", "z")]
    labels = dict(components(spark.sparkContext.parallelize(edges, 3)).collect())
    assert labels == {"a": "a", "b": "a", "c": "a", "d": "a", "x": "x", "y": "x", "z": "z"}
