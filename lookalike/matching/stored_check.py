"""Checks fingerprints against a catalogue: of pictures whose files are not at hand."""

from __future__ import annotations

from itertools import islice

from lookalike.fingerprint.stored_query import stored_query
from lookalike.matching.catalogue_search import CatalogueSearch
from lookalike.matching.check import CheckOptions, Match
from lookalike.matching.query_decisions import QueryDecisions
from lookalike.matching.thumbnail_verifier import ThumbnailVerifier
from lookalike.matching.verifier import Verifier
from lookalike.pictures import Fingerprint
from lookalike.storage.interfaces import Storage


class StoredCheck:
    """Checks fingerprints against one storage. Several threads may call it at once.

    Args:
        storage: the catalogue.
        verifier: verifies candidates.
    """

    def __init__(self, storage: Storage, verifier: Verifier) -> None:
        self._storage = storage
        self._verifier = ThumbnailVerifier(verifier)

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
        return list(islice(search.matches(findings), options.top))
