"""Work to do before a snapshot is taken, so that a function restored from it is warm.

It fetches nothing and calls no store, so no connection is opened.
"""

from __future__ import annotations

from collections.abc import Callable

from lookalike.aws.made_pictures import generated_jpeg
from lookalike.fingerprint.fingerprinter import Fingerprinter
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.matcher import Matcher


def warm_up_matcher(matcher: Matcher, decode: Callable[[bytes], PreparedPicture]) -> None:
    """Decode, fingerprint and compare a generated picture."""
    picture = decode(generated_jpeg())
    matcher.compare(picture, picture)


def warm_up_fingerprinter(
    fingerprinter: Fingerprinter, decode: Callable[[bytes], PreparedPicture]
) -> None:
    """Decode and fingerprint a generated picture."""
    fingerprinter.fingerprint(decode(generated_jpeg()))
