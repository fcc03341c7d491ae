"""Public data sets of products whose files lack what a feed has: recognised by their columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lookalike.catalogue.feeds.feed import Feed, Record

IMAGE_URL = "image_url"
_FASHION = frozenset({"id", "masterCategory", "articleType", "baseColour"})
"""Columns of ``styles.csv`` of Fashion Product Images, beside others."""


def completed(feed: Feed) -> Feed:
    """The feed; that of a known data set with the paths of its pictures.

    ``styles.csv`` of Fashion Product Images has none: its pictures are ``images/1163.jpg`` and so
    on, after the id of the product. A feed that has a column for them is left as it is.
    """
    if not {*feed.columns} >= _FASHION or IMAGE_URL in feed.columns:
        return feed
    kind, columns = f"{feed.kind}, Fashion Product Images", [*feed.columns, IMAGE_URL]
    return replace(feed, kind=kind, columns=columns, records=_with_pictures(feed.records))


def _with_pictures(records: Iterator[Record]) -> Iterator[Record]:
    for record in records:
        number = record.values.get("id")
        path = {IMAGE_URL: f"images/{number}.jpg"} if number else {}
        yield record._replace(values={**record.values, **path})
