"""One part of a manifest: what ``lookalike import`` does with its rows, written as an export."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from lookalike.api.products.export_row import export_row
from lookalike.api.products.listing import MAX_LIMIT, ListProducts
from lookalike.api.products.models import ProductsAnswer
from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.exports.columns import COLUMNS, WITH_FINGERPRINTS
from lookalike.catalogue.exports.table_files import Row, table_file
from lookalike.catalogue.feeds.feed import Feed, Record, Value
from lookalike.catalogue.rows import CatalogueReader
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.fetching.fetcher import is_path
from lookalike.imports.batch import Batch
from lookalike.imports.catalogue_import import CatalogueImport
from lookalike.imports.fingerprint_worker import FingerprintWorker, build
from lookalike.imports.inline_pool import InlinePool
from lookalike.local.settings import LocalSettings
from lookalike.spark.output_folder import OutputFolder, part_name
from lookalike.storage.import_runs import FailedRow
from lookalike.storage.interfaces import Storage
from lookalike.storage.listing import EVERY_PRODUCT
from lookalike.storage.memory.storage import MemoryStorage

FINGERPRINTS = "fingerprints"
FAILURES = "failures"
_FAILURE_COLUMNS = {
    "row": "int64",
    **dict.fromkeys(("entity_id", "image_url", "code", "detail"), "string"),
}
_EXPORT_COLUMNS = dict.fromkeys([*COLUMNS, *WITH_FINGERPRINTS], "string")


@dataclass(frozen=True, slots=True)
class PartOutcome:
    """What has become of a part.

    Attributes:
        part: its number.
        done: products that are written.
        failed: rows and pictures that are refused, in the file of failures.
        error: why the whole part could not be done; empty: it is.
    """

    part: int
    done: int = 0
    failed: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class PartImport:
    """Fingerprints the parts of a manifest. It is sent to the workers.

    Attributes:
        output: where to.
        images_root: folder that paths of pictures start from; ``None``: there are none.
        allow_private_hosts: also fetch pictures from private networks.
        columns: of the manifest.
        wanted: what they say; as for ``CatalogueReader``.
    """

    output: OutputFolder
    images_root: Path | None
    allow_private_hosts: bool
    columns: Sequence[str]
    wanted: Mapping[str, str]

    def run(self, part: int, rows: Iterable[tuple[int, Mapping[str, Any]]]) -> PartOutcome:
        """Write the files of a part; that of its failures comes first.

        Where the part has a file of an earlier run, what is stored there unchanged is not read
        again.

        Args:
            part: its number.
            rows: the place of each in the manifest, and its values by column.
        """
        storage, refused = MemoryStorage(ALGORITHM_VERSION), list[FailedRow]()
        pool = InlinePool(_worker(self.settings))
        loader = CatalogueImport(storage, self.settings.fetcher(), pool, time.time)
        loader.run(self._known(part), lambda _: None)

        def note(batch: Batch) -> None:
            refused.extend(batch.refused)

        loader.run(self._read(rows), note)
        failures = [asdict(failure) for failure in refused]
        self._put(f"{FAILURES}/{part_name(part)}.parquet", failures, _FAILURE_COLUMNS)
        products = list(_exported(storage))
        self._put(f"{FINGERPRINTS}/{part_name(part)}.parquet", products, _EXPORT_COLUMNS)
        return PartOutcome(part, len(products), len(failures))

    def web_addresses(self, rows: Iterable[tuple[int, Mapping[str, Any]]]) -> list[str]:
        """The addresses of main pictures that would be fetched from the web; rows as of ``run``."""
        read = (row for row in self._read(rows) if isinstance(row, CatalogueRow))
        wanted = (row.image_url for row in read if not row.pictures)
        return [address for address in wanted if not is_path(address)]

    @property
    def settings(self) -> LocalSettings:
        """How pictures are fetched."""
        return LocalSettings(Path(), self.images_root, self.allow_private_hosts)

    def _read(self, rows: Iterable[tuple[int, Mapping[str, Any]]]) -> CatalogueReader:
        records = (Record(number, _values(values)) for number, values in sorted(rows, key=_number))
        return CatalogueReader(Feed("manifest", self.columns, records), self.wanted)

    def _known(self, part: int) -> Iterable[Any]:
        try:
            return rows_of_part(self.output, part)
        except FileNotFoundError:
            return ()

    def _put(self, name: str, rows: Iterable[Row], columns: Mapping[str, str]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "part.parquet")
            with table_file(file, columns) as write:
                for row in rows:
                    write(row)
            self.output.put(name, file.read_bytes())


def rows_of_part(output: OutputFolder, part: int) -> CatalogueReader:
    """The products of a part, with their fingerprints.

    Raises:
        FileNotFoundError: the part is not fingerprinted.
    """
    content = output.read(f"{FINGERPRINTS}/{part_name(part)}.parquet")
    return CatalogueReader(BytesIO(content))


@cache
def _worker(settings: LocalSettings) -> FingerprintWorker:
    """The one of this process, which keeps its network and its decoder."""
    return build(settings.fetcher)


def _exported(storage: Storage) -> Iterator[Row]:
    """All products, as ``lookalike export --fingerprints`` writes them."""
    products, after = ListProducts(storage), ""
    while True:
        page = products.page(EVERY_PRODUCT, after, MAX_LIMIT, with_fingerprints=True)
        for product in ProductsAnswer.of(page).products:
            yield export_row(product, list(_EXPORT_COLUMNS))
        if page.after is None:
            return
        after = page.after


def _number(row: tuple[int, Mapping[str, Any]]) -> int:
    return row[0]


def _values(values: Mapping[str, Any]) -> dict[str, Value]:
    """The texts of a row; lists of them stay lists."""
    return {
        name: [str(part) for part in value] if isinstance(value, list) else str(value)
        for name, value in values.items()
        if value is not None
    }
