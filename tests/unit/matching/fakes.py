"""A fingerprinter and a verifier that do what a test tells them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
from PIL import Image

from lookalike.fingerprint.fingerprinter import Fingerprinter
from lookalike.fingerprint.query_fingerprint import DeferredQuery, QueryFingerprint
from lookalike.fingerprint.signature import CELL_BITS
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.check import CheckOptions, CheckResult
from lookalike.matching.finding import Evidence, Finding, Verdict
from lookalike.matching.verifier import Verifier
from lookalike.pictures import Fingerprint, Picture
from lookalike.products import Product
from lookalike.storage.memory.storage import MemoryStorage
from lookalike.verification.aligned_pixels import AlignedPixels
from lookalike.verification.pyramid import Pyramid
from lookalike.verification.telling import OnQuery
from lookalike.verification.transforms import IDENTITY
from tests.builders import VERSION, a_fingerprint, a_fingerprint_id, a_picture

Checker = Callable[..., CheckResult]
EVERYTHING = CheckOptions(top=50, min_match=0)


def numbered(number: int) -> PreparedPicture:
    """The picture of that number, which is its width."""
    return PreparedPicture(Image.new("RGB", (8, 8)), (0, 0, 8, 8), width=number, height=533)


def on_query(agreement: float) -> OnQuery:
    """A picture that lies on a query and agrees so far; nothing of it is shown."""
    pyramid = Pyramid(Image.new("RGB", (8, 8)))
    return OnQuery(AlignedPixels.blank(), IDENTITY, pyramid, agreement)


class NumberedFingerprinter(Fingerprinter):
    """The fingerprint of the builders for the number that is the picture's width."""

    version = VERSION

    def __init__(self) -> None:
        self.qualities: dict[int, int] = {}

    def fingerprint(self, picture: PreparedPicture) -> Fingerprint:
        """The same number, the same fingerprint."""
        return a_fingerprint(picture.width, quality=self.qualities.get(picture.width, 80))

    def query(self, picture: PreparedPicture) -> QueryFingerprint:
        """Searched with its first hashes."""
        found = self.fingerprint(picture)
        rows = {
            name: np.frombuffer(found.hashes[name], np.uint8)[None] for name in ("phash", "deep")
        }
        return QueryFingerprint(found, rows, np.empty((0, CELL_BITS), np.float32))

    def deferred_query(self, picture: PreparedPicture) -> DeferredQuery:
        """The deep hash of the fingerprint, and the fingerprint."""
        query = self.query(picture)
        return DeferredQuery(query.rows["deep"], lambda: query)


class ToldVerifier(Verifier):
    """Gives each picture the probability that it is told, and remembers what it was asked.

    Attributes:
        candidates: ids of the pictures that were verified.
        sizes: of the catalogue, as it was told by each call.
    """

    def __init__(self, probabilities: Mapping[int, float]) -> None:
        self._probabilities = {a_fingerprint_id(n): p for n, p in probabilities.items()}
        self.candidates: list[str] = []
        self.sizes: list[int] = []

    def verify(
        self,
        picture: PreparedPicture,
        query: QueryFingerprint,
        candidates: Iterable[Picture],
        catalogue_size: int,
    ) -> Iterator[Finding]:
        """Unlikely unless told otherwise."""
        assert query.fingerprint.fingerprint_id == a_fingerprint_id(picture.width)
        self.sizes.append(catalogue_size)
        for candidate in candidates:
            self.candidates.append(candidate.fingerprint_id)
            yield self._finding(candidate.fingerprint_id)

    def _finding(self, fingerprint_id: str) -> Finding:
        probability = self._probabilities.get(fingerprint_id, 0.005)
        verdict = Verdict.EDITED_COPY if probability >= 0.5 else Verdict.SIMILAR
        return Finding(fingerprint_id, probability, verdict, Evidence(20, 100))


def stock(storage: MemoryStorage, *products: Product) -> None:
    """Products of numbered pictures, with their pictures."""
    storage.products.put_many(products)
    numbers = range(1, 100)
    shown = {image.fingerprint_id for product in products for image in product.images}
    storage.pictures.put_many([a_picture(n) for n in numbers if a_fingerprint_id(n) in shown])


def entities(result: CheckResult) -> list[str]:
    return [match.product.entity_id for match in result.matches]
