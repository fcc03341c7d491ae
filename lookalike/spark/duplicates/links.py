"""The links that were found, on all machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lookalike.spark.duplicates.components import components
from lookalike.spark.duplicates.places import Places
from lookalike.storage.duplicates import PictureLink

if TYPE_CHECKING:
    from pyspark import RDD, SparkContext


def every_link(spark: SparkContext, places: Places, folders: Sequence[str]) -> RDD[PictureLink]:
    """The links of some folders: of two between the same pictures, the more probable one."""
    files = [(folder, name) for folder in folders for name in sorted(places.names(folder))]
    read = spark.parallelize(files, max(1, len(files))).flatMap(
        lambda file: places.compared(*file).links
    )
    by_ends = read.keyBy(lambda link: (min(link.a, link.b), max(link.a, link.b)))
    return by_ends.reduceByKey(_better).values().cache()


def by_component(links: RDD[PictureLink], least: float) -> RDD[tuple[str, PictureLink]]:
    """The links by the component that they belong to, where links of a probability connect."""
    return with_labels(links, components(edges(links, least)))


def edges(links: RDD[PictureLink], least: float) -> RDD[tuple[str, str]]:
    """The ends of the links of at least a probability.

    Nothing less connects: two clusters are joined only while the mean over all pairs between them
    reaches it, and so one of these pairs does.
    """
    return links.filter(lambda link: link.probability >= least).map(lambda link: (link.a, link.b))


def with_labels(
    links: RDD[PictureLink], labels: RDD[tuple[str, str]]
) -> RDD[tuple[str, PictureLink]]:
    """The links with the component of their first picture; those of other pictures drop out."""
    joined = links.keyBy(lambda link: link.a).join(labels)
    return joined.map(lambda row: (row[1][1], row[1][0]))


def _better(one: PictureLink, other: PictureLink) -> PictureLink:
    return max(one, other, key=lambda link: (link.probability, link.a))
