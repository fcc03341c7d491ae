"""Checks fingerprints against a catalogue: of pictures whose files are not at hand."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from lookalike.fingerprint.stored_query import stored_query
from lookalike.matching.catalogue_search import CatalogueSearch
from lookalike.matching.check import CheckOptions, Match
from lookalike.matching.finding import Finding
from lookalike.matching.query_decisions import QueryDecisions
from lookalike.matching.verifier import Verifier
from lookalike.pictures import Fingerprint
from lookalike.storage.interfaces import Storage

MIN_SHARED_AREA = 0.1
"""Share of either picture that both must show. Below it, a thumbnail has too few pixels to tell a
crop from another photograph: 60 pixels a side. No copy among 1,433 pictures shares so little."""


class StoredCheck:
    """Checks fingerprints against one storage. Several threads may call it at once.

    Args:
        storage: the catalogue.
        verifier: verifies candidates.
    """

    def __init__(self, storage: Storage, verifier: Verifier) -> None:
        self._storage = storage
        self._verifier = verifier

    def matches(self, fingerprint: Fingerprint, options: CheckOptions) -> list[Match]:
        """The products that show a picture, best match first.

        The whole picture is compared, and no views of it. A featureless one is matched with the
        identical picture alone.

        Raises:
            SignatureError: the signature cannot be read.
            StorageUnavailableError: a store does not answer.
        """
        picture, query = stored_query(fingerprint)
        decided = QueryDecisions(self._storage, fingerprint, options.exclude_entity_ids)
        search = CatalogueSearch(self._storage, self._verifier, options, query, decided)
        if fingerprint.is_featureless:
            findings = search.identical(picture, query)
        else:
            findings = search.findings(picture, query, search.size)
        return list(islice(search.matches(_large_enough(findings)), options.top))


def _large_enough(findings: Iterable[Finding]) -> list[Finding]:
    """The findings whose pictures share enough to be told from others in thumbnails."""
    return [finding for finding in findings if not shares_too_little(finding)]


def shares_too_little(finding: Finding) -> bool:
    """Return whether two pictures share less than thumbnails can show."""
    areas = (finding.evidence.area_of_query, finding.evidence.area_of_match)
    return any(area is not None and area < MIN_SHARED_AREA for area in areas)
