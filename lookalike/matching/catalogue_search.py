"""A catalogue as one check sees it: candidates are retrieved, verified and listed as products."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from heapq import merge
from itertools import islice

from lookalike.decisions import DecisionKind
from lookalike.fingerprint.deep_hash import DeepHash
from lookalike.fingerprint.layout import HashRows
from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.calibration import REFERENCE_SIZE
from lookalike.matching.check import MAX_PRODUCTS_PER_PICTURE, CheckOptions, Match
from lookalike.matching.effort import Effort
from lookalike.matching.enough_copies import EnoughCopies
from lookalike.matching.finding import Finding, Verdict
from lookalike.matching.nearest_other import nearest_other, shows_another
from lookalike.matching.query_decisions import QueryDecisions
from lookalike.matching.ranking import ranked
from lookalike.matching.retrieval import (
    NEAREST_OF_VIEWS,
    UNVERIFIED_PROBABILITY,
    in_verification_order,
    nearest_for,
    unverified,
    verified_for,
)
from lookalike.matching.rivals import Rivals
from lookalike.matching.target import Target
from lookalike.matching.verifier import Verifier
from lookalike.pictures import Picture
from lookalike.products import Product
from lookalike.storage.interfaces import Storage


class CatalogueSearch(Target):
    """The pictures of a storage of which a caller wants to see a product.

    Args:
        storage: the catalogue.
        verifier: verifies candidates.
        options: what the caller wants to see.
        query: pictures of other versions than its own are never candidates.
        decided: what was decided about the products that ask.
    """

    def __init__(
        self,
        storage: Storage,
        verifier: Verifier,
        options: CheckOptions,
        query: QueryFingerprint,
        decided: QueryDecisions,
    ) -> None:
        self._storage = storage
        self._verifier = verifier
        self._options = options
        self._query = query
        self._decided = decided
        self._read: dict[str, Picture] = {}
        self._shown: dict[str, set[str]] = {}
        self._rivals = Rivals(verifier, self._pictures, self._wanted)

    @cached_property
    def size(self) -> int:
        """Searchable pictures."""
        return self._storage.vectors.count()

    def identical(self, picture: PreparedPicture, query: QueryFingerprint) -> list[Finding]:
        """Find the identical stored picture alone, of which the caller wants to see a product."""
        own = query.fingerprint.fingerprint_id
        stored = self._storage.pictures.get_many([own]).get(own)
        self._decided.is_stored = stored is not None
        if stored is None or not (self._is_current(stored) and any(self._wanted(own))):
            return []
        return list(self._verifier.verify(picture, query, [stored], REFERENCE_SIZE))

    def findings(
        self, picture: PreparedPicture, query: QueryFingerprint, size: int
    ) -> list[Finding]:
        """Verify the candidates, the likeliest first.

        Verification ends with as many sure copies as the caller asks for, or after so many
        candidates without a copy that none is likely to follow. Rivals lower each other. A caller
        who asks for the nearest pictures whatever they are gets unverified ones, too.
        """
        self._rivals.begin()
        candidates = self._candidates(query, size)
        verified = self._verifier.verify(picture, query, candidates, size)
        needed = EnoughCopies(self._options.top, self._most_in_vain(size), self._entities)
        findings = needed.of(verified, self._lowered)
        if self._asks_for_nearest:
            others = islice(candidates, max(0, self._options.top - len(findings)))
            findings += [unverified(query, picture) for picture in others]
        return findings

    def pictures_of(self, findings: Sequence[Finding]) -> list[Picture]:
        """The stored pictures of findings; see ``Target.pictures_of``."""
        found = self._pictures([finding.fingerprint_id for finding in findings])
        return list(found.values())

    def near(self, rows: HashRows) -> Iterator[Picture]:
        """The pictures that are nearest to any of several deep hashes; see ``Target.near``."""
        name = DeepHash.layout.name
        found = self._storage.vectors.nearest({name: rows}, NEAREST_OF_VIEWS)[name]
        ids = [neighbour.fingerprint_id for neighbour in found]
        return filter(self._is_candidate, self._pictures(ids).values())

    def matches(self, findings: Sequence[Finding]) -> Iterator[Match]:
        """Products of the matched pictures, best picture first, read only as far as needed.

        A product of several matched pictures comes once, with the best of them. What somebody has
        decided to be a duplicate is one for certain, whatever was found.
        """
        found, decided = self._found(findings), self._decided_duplicates(findings)
        seen = set[str]()
        for match in merge(found, decided, key=lambda match: -match.probability):
            if match.product.entity_id not in seen:
                seen.add(match.product.entity_id)
                yield match

    def _found(self, findings: Sequence[Finding]) -> Iterator[Match]:
        enough = list(filter(self._is_enough, findings))
        for finding in self._verifier.crowded(ranked(enough), self._nearest_other):
            if not self._is_enough(finding):
                return
            for product in self._wanted(finding.fingerprint_id):
                kind = self._decided.kind(product.entity_id, finding.fingerprint_id)
                if kind is not DecisionKind.DUPLICATE:
                    verdict = Verdict.COLOUR_VARIANT if kind else finding.verdict
                    yield _match(product, replace(finding, verdict=verdict), kind)

    def _is_enough(self, finding: Finding) -> bool:
        """Return whether the caller wants to see a match as likely as this."""
        return 100 * finding.probability >= self._options.min_match

    def _nearest_other(self, fingerprint_id: str) -> int:
        """Bits to the nearest other picture, of those that the caller wants to see a product of."""
        own = self._query.fingerprint.fingerprint_id
        products = list(self._wanted(fingerprint_id))
        [picture] = self._pictures([fingerprint_id]).values()
        return nearest_other(
            picture,
            self._storage.vectors,
            lambda other: other != own and shows_another(self._wanted(other), products),
        )

    def _decided_duplicates(self, findings: Sequence[Finding]) -> Iterator[Match]:
        decided = self._decided.duplicates
        products = self._storage.products.get_many(decided) if decided else {}
        for product in filter(self._options.admits, products.values()):
            found = self._best_of(decided[product.entity_id], findings)
            if found is not None:
                verdict = found.verdict if found.verdict.is_copy else Verdict.DUPLICATE
                certain = replace(found, probability=1.0, verdict=verdict)
                yield _match(product, certain, DecisionKind.DUPLICATE)

    def _best_of(self, names: Sequence[str], findings: Sequence[Finding]) -> Finding | None:
        """The best finding of some pictures; one of the first of them where none was found."""
        found = [finding for finding in findings if finding.fingerprint_id in names]
        if found:
            return max(found, key=lambda finding: finding.probability)
        pictures = filter(self._is_current, self._storage.pictures.get_many(names[:1]).values())
        return next((unverified(self._query, picture) for picture in pictures), None)

    def _lowered(self, findings: Sequence[Finding]) -> list[Finding]:
        is_fast = self._options.effort is Effort.FAST
        return list(findings) if is_fast else self._rivals.lowered(findings)

    def _entities(self, fingerprint_id: str) -> set[str]:
        """Products that show a picture, as many as the caller asks for at most; read once."""
        if fingerprint_id not in self._shown:
            shown = islice(self._wanted(fingerprint_id), self._options.top)
            self._shown[fingerprint_id] = {product.entity_id for product in shown}
        return self._shown[fingerprint_id]

    def _most_in_vain(self, size: int) -> int:
        return verified_for(size, self._options.effort)

    def _candidates(self, query: QueryFingerprint, size: int) -> Iterator[Picture]:
        """The identical picture and the nearest on each hash, the likeliest first.

        The identical one is found by its id even before the index contains it. Pictures of which
        the caller wants no product are left out, so that they take no other's place.
        """
        found = self._storage.vectors.nearest(query.rows, nearest_for(size))
        own = query.fingerprint.fingerprint_id
        ids = list(dict.fromkeys([own, *in_verification_order(found)]))
        for batch in _batches(ids, self._most_in_vain(size)):
            pictures = self._pictures(batch)
            self._decided.is_stored |= own in pictures
            for picture in (pictures[name] for name in batch if name in pictures):
                if self._is_candidate(picture):
                    yield picture

    def _pictures(self, ids: Sequence[str]) -> dict[str, Picture]:
        """The stored pictures with these ids, in their order; each is read once."""
        unread = [name for name in ids if name not in self._read]
        self._read |= self._storage.pictures.get_many(unread) if unread else {}
        return {name: self._read[name] for name in ids if name in self._read}

    def _is_candidate(self, picture: Picture) -> bool:
        """Fingerprints of different versions are never compared, nor are featureless ones."""
        if not self._is_current(picture) or picture.fingerprint.is_featureless:
            return False
        name = picture.fingerprint_id
        may_be_unwanted = (
            self._options.restricts or self._asks_for_nearest or self._decided.silences_some(name)
        )
        return not may_be_unwanted or any(self._wanted(name))

    @property
    def _asks_for_nearest(self) -> bool:
        """Whether the caller wants the nearest products, as many as asked for, whatever they are.

        A picture that no product shows any more would take the place of one of them.
        """
        return self._options.min_match <= 100 * UNVERIFIED_PROBABILITY

    def _is_current(self, picture: Picture) -> bool:
        return picture.fingerprint.version == self._query.fingerprint.version

    def _wanted(self, fingerprint_id: str) -> Iterator[Product]:
        """The products that show a picture and that the caller wants to see, read lazily."""
        showing = self._storage.products.showing(fingerprint_id)
        for product in islice(showing, MAX_PRODUCTS_PER_PICTURE):
            is_silenced = self._decided.silences(product.entity_id, fingerprint_id)
            if self._options.admits(product) and not is_silenced:
                yield product


def _match(product: Product, finding: Finding, kind: DecisionKind | None) -> Match:
    index = product.image_index(finding.fingerprint_id)
    return Match(product, finding.probability, finding.verdict, finding.evidence, index, kind)


def _batches(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Ids in batches; the query's own, which is rarely stored, comes on top of the first one."""
    yield ids[: size + 1]
    for start in range(size + 1, len(ids), size):
        yield ids[start : start + size]
