"""Puts linked pictures into groups: copies of one photograph, and its other colours apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations

from lookalike.decisions import DecisionKind
from lookalike.duplicates.clustering import average_linkage
from lookalike.duplicates.decided_pairs import Pair
from lookalike.matching.finding import MIN_COPY_PROBABILITY, Verdict
from lookalike.storage.duplicates import PictureLink

Cluster = tuple[str, ...]
"""Fingerprint ids, ascending."""

NOTHING: Mapping[Pair, DecisionKind] = {}
MIN_LEAST = MIN_COPY_PROBABILITY
"""Below it, no verdict says that two pictures come from one photograph."""
DOUBTFUL = 0.15
"""Probability from which two pictures that are not linked may be copies after all: in the mean over
the pairs between two clusters they count by it."""
TOGETHER, APART = 1e9, -1e18
"""What decided pairs count in the sum over the pairs between two clusters: more than all pairs that
are not decided, and those that are kept apart more than all others."""
MAX_NEIGHBOURS = 12
"""Pictures linked to one, the most probable ones, whose pairs are compared where they were not."""


class Kind(StrEnum):
    """What the products of a group have in common."""

    SAME_PICTURE = "same_picture"
    """They show the identical picture."""
    DUPLICATE = "duplicate"
    """Their pictures are one, at most re-encoded or resized."""
    EDITED_COPY = "edited_copy"
    """Their pictures come from one photograph, and some of them are edited."""
    COLOUR_VARIANT = "colour_variant"
    """Their pictures come from one photograph in several colours: they are no duplicates."""


@dataclass(frozen=True, slots=True)
class PictureGroup:
    """Pictures that belong together.

    Attributes:
        kind: what they have in common; never ``SAME_PICTURE``.
        clusters: fingerprint ids: of copies, one cluster; of colour variants, one for each colour.
        links: between pictures of the group.
    """

    kind: Kind
    clusters: tuple[Cluster, ...]
    links: tuple[PictureLink, ...]


def group_pictures(
    links: Iterable[PictureLink], least: float, decided: Mapping[Pair, DecisionKind] = NOTHING
) -> list[PictureGroup]:
    """Groups of linked pictures, the largest first. A picture is in one group of copies at most.

    Args:
        links: between pictures, each pair once.
        least: probability from which pictures are linked, at least ``MIN_LEAST``, and clusters are
            joined, as a mean over all pairs. Pairs below ``DOUBTFUL`` count as zero there; no link
            reaches 1, so a chain of three, the ends of which are strangers, never joins.
        decided: what was decided about two pictures. Duplicates are in one group, with whatever is
            a duplicate of either. What is no duplicate is in no group together, whatever it has in
            common with others; nor are variants, but for those of colours.
    """
    known = _with_decisions([link for link in links if link.probability >= DOUBTFUL], decided)
    linked = [link for link in known if link.probability >= least]
    ids = sorted({name for link in known for name in (link.a, link.b)})
    alone: list[Cluster] = [(name,) for name in ids]
    copies = [_flat(parts) for parts in _joined(alone, known, least, _copy_similarity(decided))]
    colours = _joined(copies, known, least, _likeness(decided))
    found = [
        *_groups([(cluster,) for cluster in copies if len(cluster) > 1], linked),
        *_groups([tuple(parts) for parts in colours if len(parts) > 1], linked),
    ]
    return sorted(found, key=lambda group: (-sum(map(len, group.clusters)), group.clusters))


def pairs_to_compare(links: Iterable[PictureLink], least: float) -> Iterator[tuple[str, str]]:
    """Pairs of pictures linked to a third one about which nothing is known yet.

    Without them, two copies that the search did not bring together would count as no copies.

    Args:
        links: all that are known, of any probability.
        least: probability from which pictures are linked.
    """
    near: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
    known = set()
    for link in links:
        known.add(frozenset((link.a, link.b)))
        if link.probability >= least:
            near[link.a].append((-link.probability, link.b))
            near[link.b].append((-link.probability, link.a))
    for _, found in sorted(near.items()):
        nearest = sorted(name for _, name in sorted(found)[:MAX_NEIGHBOURS])
        for pair in combinations(nearest, 2):
            if frozenset(pair) not in known:
                known.add(frozenset(pair))
                yield pair


def _joined(
    clusters: Sequence[Cluster],
    links: Iterable[PictureLink],
    least: float,
    similarity: Callable[[PictureLink], float],
) -> list[list[Cluster]]:
    """Clusters, those that belong together in one list."""
    number_of = {name: number for number, cluster in enumerate(clusters) for name in cluster}
    sums: defaultdict[tuple[int, int], float] = defaultdict(float)
    for link in links:
        first, second = sorted((number_of[link.a], number_of[link.b]))
        if first != second and (value := similarity(link)):
            sums[first, second] += value
    joined = average_linkage([len(cluster) for cluster in clusters], sums, least)
    return [[clusters[number] for number in numbers] for numbers in joined]


def _groups(
    grouped: Sequence[tuple[Cluster, ...]], links: Iterable[PictureLink]
) -> Iterator[PictureGroup]:
    """Groups with their links: of copies all of them, of colours those between two clusters."""
    place = {
        name: (number, part)
        for number, clusters in enumerate(grouped)
        for part, cluster in enumerate(clusters)
        for name in cluster
    }
    within: defaultdict[int, list[PictureLink]] = defaultdict(list)
    for link in links:
        a, b = place.get(link.a), place.get(link.b)
        if a and b and a[0] == b[0]:
            within[a[0]] += [link] * (len(grouped[a[0]]) == 1 or a[1] != b[1])
    for number, clusters in enumerate(grouped):
        found = sorted(within[number], key=lambda link: (-link.probability, link.a, link.b))
        yield PictureGroup(_kind(clusters, found), clusters, tuple(found))


def _kind(clusters: tuple[Cluster, ...], links: Iterable[PictureLink]) -> Kind:
    if len(clusters) > 1:
        return Kind.COLOUR_VARIANT
    is_unedited = all(link.verdict == Verdict.DUPLICATE for link in links)
    return Kind.DUPLICATE if is_unedited else Kind.EDITED_COPY


def _flat(parts: Sequence[Cluster]) -> Cluster:
    return tuple(sorted(name for cluster in parts for name in cluster))


def _with_decisions(
    links: Iterable[PictureLink], decided: Mapping[Pair, DecisionKind]
) -> list[PictureLink]:
    """The links as was decided, and one for each pair that was decided."""
    known = {Pair((link.a, link.b)): link for link in links}
    for pair, kind in decided.items():
        a, b = sorted(pair)
        link = known.get(pair) or PictureLink(a, b, 0.0, Verdict.SIMILAR.value)
        known[pair] = _as_decided(link, kind)
    return list(known.values())


def _as_decided(link: PictureLink, kind: DecisionKind) -> PictureLink:
    match kind:
        case DecisionKind.DUPLICATE:
            is_edited = link.verdict == Verdict.EDITED_COPY.value
            verdict = Verdict.EDITED_COPY if is_edited else Verdict.DUPLICATE
            return replace(link, probability=1.0, verdict=verdict.value)
        case DecisionKind.VARIANT:
            return replace(link, verdict=Verdict.COLOUR_VARIANT.value)
        case DecisionKind.NOT_DUPLICATE:
            return replace(link, probability=0.0, verdict=Verdict.SIMILAR.value)


def _copy_similarity(decided: Mapping[Pair, DecisionKind]) -> Callable[[PictureLink], float]:
    def similarity(link: PictureLink) -> float:
        kind = decided.get(Pair((link.a, link.b)))
        if kind is not None:
            return TOGETHER if kind is DecisionKind.DUPLICATE else APART
        return 0.0 if link.verdict == Verdict.COLOUR_VARIANT else link.probability

    return similarity


def _likeness(decided: Mapping[Pair, DecisionKind]) -> Callable[[PictureLink], float]:
    def similarity(link: PictureLink) -> float:
        kind = decided.get(Pair((link.a, link.b)))
        return APART if kind is DecisionKind.NOT_DUPLICATE else link.probability

    return similarity
