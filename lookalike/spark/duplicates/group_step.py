"""The last step of a search on a cluster: links become groups, and groups files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lookalike.api.decisions.service import NewDecision
from lookalike.decisions import DecisionKind, pair_id
from lookalike.duplicates.groups import Group
from lookalike.duplicates.outputs.files import group_file
from lookalike.spark.duplicates.components import components
from lookalike.spark.duplicates.grouping import ComponentGroups, Shown, first_of
from lookalike.spark.duplicates.links import edges, every_link, with_labels
from lookalike.spark.duplicates.places import Places
from lookalike.spark.duplicates.steps import LINKS, REST, pairs_folder
from lookalike.spark.manifest import part_of
from lookalike.spark.output_folder import OutputFolder, part_name
from lookalike.spark.part_import import PartOutcome
from lookalike.spark.steps import Summary, run_parts
from lookalike.spark.tables import registrations_of_part

if TYPE_CHECKING:
    from pyspark import RDD, SparkContext

GROUPS = "duplicates/groups"
MAX_FILES = 1_000
Decisions = Mapping[str, Sequence[NewDecision]]
"""What was decided, by the entity id of either product."""


@dataclass(frozen=True, slots=True)
class GroupStep:
    """Groups what is linked.

    Attributes:
        spark: the context.
        places: of the search.
        work: groups the products of connected pictures.
    """

    spark: SparkContext
    places: Places
    work: ComponentGroups

    def run(self) -> Summary:
        """Write all groups anew, as files with a row for each product."""
        output, parts = self.places.output, self.places.parts
        shown = self.spark.parallelize(parts, len(parts)).flatMap(lambda p: _shown(output, p))
        count = min(len(parts), MAX_FILES)
        groups = self._groups(shown.cache()).keyBy(lambda group: part_of(group["id"], count))
        files = self.spark.parallelize([(number, None) for number in range(count)], count)
        rows = files.cogroup(groups).mapValues(lambda found: list(found[1]))
        return run_parts(rows, partial(_write, output))

    def _groups(self, shown: RDD[tuple[str, Shown]]) -> RDD[Group]:
        work, least = self.work, self.work.least
        links = every_link(self.spark, self.places, [LINKS, REST, pairs_folder(least)])
        labels = components(
            edges(links, least).union(_shared(shown)).union(_decided(shown, work.decisions))
        )
        members = shown.join(labels).map(lambda row: (row[1][1], row[1][0]))
        found = members.cogroup(with_labels(links, labels)).values()
        return found.flatMap(lambda given: work.of(*given)).reduceByKey(first_of).values()


def _shown(output: OutputFolder, part: int) -> Iterator[tuple[str, Shown]]:
    """The pictures of a part, each with each product that shows it."""
    for each in registrations_of_part(output, part):
        pictures = {image.fingerprint.fingerprint_id: image.fingerprint for image in each.images}
        yield from ((name, Shown(each.product, found)) for name, found in pictures.items())


def _shared(shown: RDD[tuple[str, Shown]]) -> RDD[tuple[str, str]]:
    """The pictures that several products show, each as an edge to itself."""
    counts = shown.mapValues(lambda _: 1).reduceByKey(lambda one, other: one + other)
    return counts.filter(lambda row: row[1] > 1).map(lambda row: (row[0], row[0]))


def _decided(shown: RDD[tuple[str, Shown]], decisions: Decisions) -> RDD[tuple[str, str]]:
    """Edges between the pictures of products that were decided to be duplicates."""
    ends = shown.flatMap(
        lambda row: [(pair, row[0]) for pair in _pairs(row[1].product.entity_id, decisions)]
    )
    return ends.groupByKey().flatMap(lambda row: _star(sorted(row[1])))


def _pairs(entity_id: str, decisions: Decisions) -> list[str]:
    """The decided duplicates that a product is one of."""
    found = decisions.get(entity_id, ())
    return [pair_id(each.a, each.b) for each in found if each.kind is DecisionKind.DUPLICATE]


def _star(names: Sequence[str]) -> list[tuple[str, str]]:
    return [(names[0], name) for name in names[1:]]


def _write(output: OutputFolder, number: int, groups: Iterable[Group]) -> PartOutcome:
    ordered = sorted(groups, key=lambda group: (-group["products"], group["id"]))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "groups.parquet")
        with group_file(file) as write:
            for group in ordered:
                write(group)
        output.put(f"{GROUPS}/{part_name(number)}.parquet", file.read_bytes())
    return PartOutcome(number, len(ordered))
