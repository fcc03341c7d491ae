"""The nearest pictures of each picture, by exact search of one segment after the other."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from lookalike.fingerprint.layout import HashRows
from lookalike.fingerprint.signature import SignatureError
from lookalike.fingerprint.stored_query import stored_query
from lookalike.matching.retrieval import in_verification_order, nearest_for
from lookalike.pictures import Fingerprint
from lookalike.spark.duplicates.places import Places
from lookalike.spark.duplicates.segments import Segments
from lookalike.spark.output_folder import part_name
from lookalike.spark.part_import import PartOutcome
from lookalike.spark.tables import pictures_of_part
from lookalike.storage.faiss_search import faiss_knn
from lookalike.storage.interfaces import Neighbour

log = logging.getLogger("lookalike.duplicates")
CANDIDATES = "candidates"
Rows = Mapping[str, HashRows]
Found = dict[str, list[Neighbour]]


@dataclass(frozen=True, slots=True)
class PartNearest:
    """Finds what the pictures of parts may be copies of.

    Attributes:
        places: of the search.
        size: number of pictures in all segments.
    """

    places: Places
    size: int

    def run(self, part: int, owned: Collection[str]) -> PartOutcome:
        """Write the candidates of each picture, the most likely first.

        Args:
            part: its number.
            owned: fingerprint ids of its pictures that no other part looks for.
        """
        pictures = pictures_of_part(self.places.output, part)
        queries = _queries(each for each in pictures if each.fingerprint_id in owned)
        found = self._nearest(queries)
        candidates = {name: in_verification_order(near, own=name) for name, near in found.items()}
        self.places.put(CANDIDATES, part_name(part), candidates)
        return PartOutcome(part, len(candidates))

    def _nearest(self, queries: Mapping[str, Rows]) -> dict[str, Found]:
        """The nearest of all segments: those of each, of which the nearest stay."""
        limit, best = nearest_for(self.size), {name: Found() for name in queries}
        for segment in Segments(self.places).snapshots():
            for name, rows in queries.items():
                near = segment.nearest(rows, limit, faiss_knn)
                best[name] = _merged(best[name], near, limit)
        return best


def _queries(pictures: Iterable[Fingerprint]) -> dict[str, Rows]:
    """The rows that each picture is searched by. One whose signature is broken has none."""
    queries = dict[str, Rows]()
    for each in pictures:
        if each.is_featureless:
            continue
        try:
            queries[each.fingerprint_id] = stored_query(each)[1].rows
        except SignatureError as error:
            log.warning("Picture %s is not compared: %s", each.fingerprint_id, error.detail)
    return queries


def _merged(one: Found, other: Found, limit: int) -> Found:
    found = defaultdict[str, list[Neighbour]](list, one)
    for algorithm, near in other.items():
        both = sorted([*found[algorithm], *near], key=_by_distance)
        found[algorithm] = both[:limit]
    return dict(found)


def _by_distance(near: Neighbour) -> tuple[int, str]:
    return near.distance, near.fingerprint_id
