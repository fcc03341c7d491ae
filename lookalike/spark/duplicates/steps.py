"""The steps of a search on a cluster. Each does what it has not done yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lookalike.duplicates.decided_pairs import in_batches
from lookalike.duplicates.picture_tasks import PictureTask, open_pairs
from lookalike.matching.retrieval import verified_for
from lookalike.pictures import Fingerprint, VectorEntry
from lookalike.spark.duplicates.comparison import BatchComparison, Comparison
from lookalike.spark.duplicates.links import by_component, every_link
from lookalike.spark.duplicates.nearest import CANDIDATES, PartNearest
from lookalike.spark.duplicates.places import Places
from lookalike.spark.duplicates.segments import VECTORS, Segments
from lookalike.spark.manifest import part_of
from lookalike.spark.output_folder import OutputFolder, part_name
from lookalike.spark.steps import Summary, owned_pictures, run_parts
from lookalike.spark.tables import pictures_of_part

if TYPE_CHECKING:
    from pyspark import RDD, SparkContext

LINKS, REST, COMPARED = "links", "rest", "compared"
PARTS_OF_SEGMENT = 200
"""A million pictures in parts of 5,000: their hashes take some .3 GB of a worker."""
BATCH, REST_BATCH = 500, 50
"""Comparisons of one batch. With 31 candidates each, the pictures that it takes have .3 GB."""
NOTHING = Summary(0, 0, 0, {})


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps up to the links.

    Attributes:
        spark: the context.
        places: of the search.
        parts_at_once: whose pictures are compared before those of the next ones, so that what is
            sent between machines fits their disks.
    """

    spark: SparkContext
    places: Places
    parts_at_once: int

    def vectors(self) -> Summary:
        """Write the hashes of all pictures in segments."""
        output, parts = self.places.output, self.places.parts
        count = -(-len(parts) // PARTS_OF_SEGMENT)
        done = self.places.done(VECTORS)
        if len(done) == count:
            return NOTHING
        entries = self.spark.parallelize(parts, len(parts)).flatMap(lambda p: _entries(output, p))
        rows = entries.keyBy(lambda each: part_of(each.fingerprint_id, count))
        left = rows.filter(lambda row: row[0] not in done)
        return run_parts(left.groupByKey(count), Segments(self.places).run)

    def nearest(self) -> Summary:
        """Find the candidates of each picture."""
        parts, done = self.places.parts, self.places.done(CANDIDATES)
        if done.issuperset(parts):
            return NOTHING
        owned = owned_pictures(self.spark, self.places.output, parts)
        left = owned.filter(lambda row: row[0] not in done)
        return run_parts(left, PartNearest(self.places, Segments(self.places).size()).run)

    def links(self) -> Summary:
        """Compare each picture with its candidates, so many parts at a time."""
        places, first = self.places, verified_for(Segments(self.places).size())
        total = NOTHING
        left = sorted(set(places.parts) - places.done(COMPARED))
        for some in in_batches(left, self.parts_at_once):
            parts = self.spark.parallelize(some, len(some))
            found = self._compare(LINKS, parts.flatMap(lambda part: _firsts(places, part, first)))
            total = total.with_(found)
            if found.errors:
                break
            for part in some:
                places.put(COMPARED, part_name(part), [])
        return total

    def rest(self) -> Summary:
        """Compare pictures with all candidates that had copies among the first ones."""
        places, names = self.places, sorted(self.places.names(LINKS))
        files = self.spark.parallelize(names, max(1, len(names)))
        return self._compare(REST, files.flatMap(lambda name: _rests(places, name)))

    def pairs(self, least: float) -> Summary:
        """Compare pairs with a common neighbour about which nothing is known."""
        known = every_link(self.spark, self.places, [LINKS, REST])
        tasks = (
            by_component(known, least)
            .groupByKey()
            .flatMap(lambda row: open_pairs(row[1], least))
            .cache()
        )
        batches = max(1, tasks.count() // BATCH)
        named = tasks.map(lambda task: (_pair_batch(task, batches), _pair(task)))
        return self._compare(pairs_folder(least), named)

    def _compare(self, folder: str, tasks: RDD[tuple[str, Comparison]]) -> Summary:
        """Send the pictures to where they are compared, and compare them."""
        done = self.places.names(folder)
        left = tasks.filter(lambda row: row[0] not in done).cache()
        if left.isEmpty():
            return NOTHING
        wanted = left.flatMap(lambda row: [(name, row[0]) for name in row[1].pictures]).distinct()
        sent = wanted.join(self._pictures()).values()
        work = BatchComparison(self.places, folder, Segments(self.places).size())
        batches = left.cogroup(sent).map(lambda row: (_number(row[0]), (row[0], *row[1])))
        return run_parts(batches, work.run)

    def _pictures(self) -> RDD[tuple[str, Fingerprint]]:
        """All pictures by their ids."""
        output, parts = self.places.output, self.places.parts
        read = self.spark.parallelize(parts, len(parts)).flatMap(
            lambda part: [(each.fingerprint_id, each) for each in pictures_of_part(output, part)]
        )
        return read.reduceByKey(lambda one, _: one)


def pairs_folder(least: float) -> str:
    """The links of pairs that have a common neighbour at this probability."""
    return f"pairs-{least:g}"


def _entries(output: OutputFolder, part: int) -> list[VectorEntry]:
    return [VectorEntry.of(each) for each in pictures_of_part(output, part)]


def _firsts(places: Places, part: int, first: int) -> Iterator[tuple[str, Comparison]]:
    """The pictures of a part with their first candidates, in batches."""
    found: dict[str, list[str]] = places.get(CANDIDATES, part_name(part))
    tasks = (
        Comparison(name, tuple(others[:first]), has_more=len(others) > first)
        for name, others in sorted(found.items())
    )
    return _in_named_batches(tasks, part_name(part), BATCH)


def _rests(places: Places, batch: str) -> Iterator[tuple[str, Comparison]]:
    """The pictures of a batch that were not compared with enough, with all candidates."""
    unfinished = places.compared(LINKS, batch).unfinished
    if not unfinished:
        return iter(())
    found: dict[str, list[str]] = places.get(CANDIDATES, part_name(_number(batch)))
    tasks = (Comparison(name, tuple(found[name])) for name in unfinished)
    return _in_named_batches(tasks, batch, REST_BATCH)


def _in_named_batches(
    tasks: Iterable[Comparison], name: str, size: int
) -> Iterator[tuple[str, Comparison]]:
    for number, some in enumerate(in_batches(tasks, size)):
        yield from ((f"{name}-{number:03}", task) for task in some)


def _pair_batch(task: PictureTask, batches: int) -> str:
    return part_name(part_of(task.fingerprint_id, batches))


def _pair(task: PictureTask) -> Comparison:
    return Comparison(*task, is_pair=True)


def _number(batch: str) -> int:
    """The part that a batch belongs to."""
    return int(batch[5:10])
