"""Proves that a backfill is whole: counts, recall of edited pictures, and drift of the index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from io import BytesIO

from PIL import Image, ImageOps

from lookalike.api.imports.models import FailureAnswer
from lookalike.api.status.models import DeployedIndexAnswer, IndexAnswer
from lookalike.backfill.manifest import Manifest
from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.cli.remote.service import RemoteService
from lookalike.errors import LookalikeError
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.check import CheckOptions
from lookalike.storage.listing import EVERY_PRODUCT

MIN_RECALL = 0.9
"""Share of edited pictures that a whole service finds: plain ones are found by their equals alone,
and some are edited beyond what can be told from others."""
_AT_ONCE = 8
_PAGE = 1000
_OPTIONS = CheckOptions(top=50, min_match=50)


@dataclass(frozen=True, slots=True)
class Proof:
    """What a service has of a manifest.

    Attributes:
        products: rows that can become products.
        missing: those of them that are neither stored nor refused.
        edited: pictures that were edited and checked.
        lost: the products of those that were not found.
        drift: pictures by which index and table differed when they were last compared.
        is_compared: whether they were compared since the import has ended.
    """

    products: int
    missing: Sequence[str]
    edited: int
    lost: Sequence[str]
    drift: int
    is_compared: bool

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing, edited pictures are found, and the index has what it should.

        Where none was checked, or nothing was compared, that is not proved.
        """
        is_found = self.edited > 0 and self.recall >= MIN_RECALL
        return not self.missing and is_found and self.is_compared and self.drift == 0

    @property
    def recall(self) -> float:
        """The share of edited pictures whose product was found; 1 where none was checked."""
        return 1 - len(self.lost) / self.edited if self.edited else 1.0

    def __str__(self) -> str:
        """Return it as lines for people."""
        return "\n".join([
            f"{self.products:,} products in the manifest, {len(self.missing):,} of them missing",
            f"{self.recall:.1%} of {self.edited} edited pictures found",
            self._compared,
        ])  # fmt: skip

    @property
    def _compared(self) -> str:
        if self.is_compared:
            return f"index and table differ by {self.drift:,} pictures"
        return (
            "index and table not compared since the import has ended: a deployment does so each "
            "hour, so prove it again then"
        )


def prove(  # noqa: PLR0913 - one of them is a time
    service: RemoteService,
    manifest: Manifest,
    refused: Iterable[FailureAnswer],
    read: Callable[[str], PreparedPicture],
    samples: int = 200,
    *,
    ended: datetime | None = None,
) -> Proof:
    """Hold a service against a manifest.

    Args:
        service: that was filled.
        manifest: it was filled from.
        refused: rows that were refused, which need not be there.
        read: fetches and decodes a picture by its address; ``Pictures.read`` does.
        samples: pictures that are edited and checked.
        ended: when the import ended, with its time zone; ``None``: whenever index and table were
            compared will do.
    """
    known = {failure.entity_id for failure in refused}
    wanted = [row for row in manifest.products() if row.entity_id not in known]
    chosen = [row for row in manifest.sample(samples) if row.entity_id not in known]
    stored = set(_stored(service))
    missing = [row.entity_id for row in wanted if row.entity_id not in stored]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = list(pool.map(partial(_is_found, service, read), chosen))
    lost = [row.entity_id for row, there in zip(chosen, found, strict=True) if not there]
    index = service.status().index
    drift, is_compared = index.behind + index.ahead, _is_since(ended, index)
    return Proof(len(wanted) + len(known), missing, len(chosen), lost, drift, is_compared)


def _is_since(ended: datetime | None, index: IndexAnswer) -> bool:
    """Whether index and table were compared since then; one machine always has them in step."""
    if ended is None or not isinstance(index, DeployedIndexAnswer):
        return True
    return index.compared_seconds_ago < (datetime.now(UTC) - ended).total_seconds()


def _stored(service: RemoteService) -> Iterator[str]:
    """The ids of all products."""
    cursor: str | None = ""
    while cursor is not None:
        page = service.products(EVERY_PRODUCT, cursor, _PAGE)
        yield from (product.entity_id for product in page.products)
        cursor = page.next_cursor


def _is_found(
    service: RemoteService, read: Callable[[str], PreparedPicture], row: CatalogueRow
) -> bool:
    """Whether a check of an edited copy finds the product, among those that show its picture."""
    try:
        answer = service.check(edited(read(row.image_url).whole), _OPTIONS)
    except LookalikeError:
        return False
    return any(match.entity_id == row.entity_id for match in answer.matches)


def edited(picture: Image.Image) -> bytes:
    """A copy: mirrored, cropped by a twentieth on each side, and compressed anew."""
    file = BytesIO()
    cropped = ImageOps.crop(ImageOps.mirror(picture), picture.width // 20)
    cropped.save(file, "JPEG", quality=70)
    return file.getvalue()
