"""Query and stored picture in each other's place, where the usual direction leaves a doubt.

Models are fitted to edited queries of plain stored pictures. A logo or a banner that lies over the
stored picture, and not over the query, looks otherwise to them: as if the query lacked something.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lookalike.fingerprint.fingerprinter import Fingerprinter
from lookalike.fingerprint.stored_query import stored_query
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.calibration import REFERENCE_SIZE
from lookalike.matching.finding import MIN_COPY_PROBABILITY, Finding, Verdict
from lookalike.matching.verifier import Verifier
from lookalike.pictures import Picture

MIN_DOUBT = 0.02
"""Probability from which a picture may be a copy although it is not called one: one unrelated query
in eleven has such a candidate."""
MOST = 2
"""Pictures that are verified in the other direction: the most probable ones."""


def in_doubt(findings: Iterable[Finding]) -> list[Finding]:
    """The most probable findings that are called no copies and may be some."""
    doubtful = (each for each in findings if MIN_DOUBT <= each.probability < MIN_COPY_PROBABILITY)
    return sorted(doubtful, key=lambda finding: -finding.probability)[:MOST]


class SwappedRoles:
    """Verifies queries as if they were stored, and stored pictures as if they were queries.

    Args:
        fingerprinter: computes what would be stored of a query.
        verifier: verifies the pairs.
    """

    def __init__(self, fingerprinter: Fingerprinter, verifier: Verifier) -> None:
        self._fingerprinter = fingerprinter
        self._verifier = verifier

    def copies(
        self, picture: PreparedPicture, stored: Iterable[Picture], size: int
    ) -> Iterator[Finding]:
        """The stored pictures that are copies of a query in the other direction.

        Args:
            picture: the query, which is not featureless.
            stored: pictures of its version.
            size: of the catalogue. Each direction is one more chance to be wrong, as if it were
                larger.

        Raises:
            SignatureError: a stored signature cannot be read.
        """
        own = Picture(self._fingerprinter.fingerprint(picture), last_seen=0)
        for other in stored:
            asked, query = stored_query(other.fingerprint)
            for found in self._verifier.verify(asked, query, [own], 2 * max(size, REFERENCE_SIZE)):
                if found.probability >= MIN_COPY_PROBABILITY:
                    yield _of_query(found, other.fingerprint_id)


def _of_query(found: Finding, fingerprint_id: str) -> Finding:
    """The finding of a stored picture: an edited copy at most, since the other way saw changes."""
    is_same = found.verdict is Verdict.DUPLICATE
    return replace(
        found,
        fingerprint_id=fingerprint_id,
        verdict=Verdict.EDITED_COPY if is_same else found.verdict,
        evidence=found.evidence.swapped,
    )
