"""Query and stored picture in each other's place, where the usual direction leaves a doubt.

Models are fitted to edited queries of plain stored pictures. A logo or a banner that lies over the
stored picture, and not over the query, looks otherwise to them: as if the query lacked something.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lookalike.fingerprint.stored_query import stored_query
from lookalike.matching.calibration import size_with
from lookalike.matching.finding import MIN_COPY_PROBABILITY, MIN_DOUBT, Finding
from lookalike.matching.thumbnail_verifier import ThumbnailVerifier
from lookalike.matching.verifier import Verifier
from lookalike.pictures import Fingerprint, Picture

MIN_OVERLAID_DOUBT = 0.0013
"""The same of a picture that shows the query with something over it. Of 56 photographs that were
stored with logos, banners, shapes and stickers, five more are found."""
MOST = 2
"""Pictures that are verified in the other direction: the most probable ones."""


def in_doubt(findings: Iterable[Finding]) -> list[Finding]:
    """The most probable findings that are called no copies and may be some, best first."""
    return sorted(filter(_is_in_doubt, findings), key=lambda found: -found.probability)[:MOST]


def _is_in_doubt(found: Finding) -> bool:
    least = MIN_OVERLAID_DOUBT if found.is_overlaid else MIN_DOUBT
    return least <= found.probability < MIN_COPY_PROBABILITY


def copies_the_other_way(
    own: Fingerprint, stored: Iterable[Picture], size: int, verifier: Verifier
) -> Iterator[Finding]:
    """The stored pictures that are copies of a query where the two have swapped their roles.

    They are edited copies at most, since the usual direction saw changes. Those that share less
    than a thumbnail can show are left out: a stored picture is asked by no more than that.

    Args:
        own: what would be stored of the query, which is not featureless.
        stored: pictures of its version.
        size: of the catalogue.
        verifier: verifies the pairs.

    Raises:
        SignatureError: a stored signature cannot be read.
    """
    target, verifier = Picture(own, last_seen=0), ThumbnailVerifier(verifier)
    for other in stored:
        picture, query = stored_query(other.fingerprint)
        for found in verifier.verify(picture, query, [target], size_with(1, size)):
            if found.is_matched:
                yield found.as_edited.swapped(other.fingerprint_id)
