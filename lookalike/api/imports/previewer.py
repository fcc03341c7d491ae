"""The interface that the preview route uses to find out what an import would do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lookalike.catalogue.row_changes import ChangeCounts
from lookalike.catalogue.rows import CatalogueReader
from lookalike.catalogue.sync_options import SyncOptions
from lookalike.errors import CatalogueError
from lookalike.storage.import_runs import FailedRow


class PreviewAbsentError(CatalogueError):
    """The file can be loaded, but cannot be looked at before."""

    code = "preview_absent"
    title = "No preview"


@dataclass(frozen=True, slots=True)
class RecognisedColumns:
    """What the columns of a catalogue are read as.

    Attributes:
        fields: field of products → its column.
        further_pictures: columns with further pictures.
        attributes: columns that become attributes.
        left_out: columns that are not read.
        available: all columns, in their order.
        examples: column → one of its values; columns that are empty at first have none.
    """

    fields: Mapping[str, str]
    further_pictures: Sequence[str]
    attributes: Sequence[str]
    left_out: Sequence[str]
    available: Sequence[str]
    examples: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, reader: CatalogueReader) -> RecognisedColumns:
        """Those of a catalogue that is being read."""
        columns = reader.columns
        return cls(
            {str(name): column for name, column in columns.fields.items()},
            columns.further_pictures,
            columns.attributes,
            columns.left_out,
            columns.available,
            reader.examples,
        )


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would do, as far as that is known without reading a picture.

    Attributes:
        kind: the format of the file, in words.
        columns: what its columns are read as.
        rows: of the file.
        added: rows whose product is new.
        changed: rows whose product would be replaced.
        unchanged: rows whose product is stored as it is.
        failures: the rows that would be refused; ``failed`` counts them all.
        failed: how many rows that are.
        samples: the first ids that are ``added``, ``changed`` and ``deleted``.
        products: of the catalogue that a sync is about; of an import, those that its rows name:
            added, changed and unchanged. ``None``: it is not known here.
        missing: products that a sync's file does not name; 0 of an import; as above.
        deleted: how many of them it would delete: all or none; as above.
        refusal: why the sync would fail before it changes anything; ``None`` if it would not.
        has_more: whether the file has further rows, which were not looked at.
    """

    kind: str
    columns: RecognisedColumns
    rows: int
    added: int
    changed: int
    unchanged: int
    failed: int
    failures: Sequence[FailedRow]
    samples: Mapping[str, Sequence[str]]
    products: int | None = 0
    missing: int | None = 0
    deleted: int | None = 0
    refusal: str | None = None
    has_more: bool = False

    @classmethod
    def of(  # noqa: PLR0913 - what only a sync has
        cls,
        reader: CatalogueReader,
        counts: ChangeCounts,
        *,
        products: int | None,
        missing: int | None = 0,
        deleted: int | None = 0,
        refusal: str | None = None,
        has_more: bool = False,
    ) -> ImportPreview:
        """What was recognised, and counted."""
        return cls(
            kind=reader.kind,
            columns=RecognisedColumns.of(reader),
            rows=counts.rows,
            added=counts.added,
            changed=counts.changed,
            unchanged=counts.unchanged,
            failed=counts.failed,
            failures=counts.failures,
            samples=counts.samples,
            products=products,
            missing=missing,
            deleted=deleted,
            refusal=refusal,
            has_more=has_more,
        )


class ImportPreviewer(ABC):
    """Finds out what imports would do. Implementations are thread-safe."""

    @abstractmethod
    def preview(
        self,
        catalogue: bytes,
        sync: SyncOptions | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> ImportPreview:
        """What an import of a file would do; nothing is changed, and no picture is read.

        Args:
            catalogue: the content of the file, not empty.
            sync: also delete products that the file does not name; ``None``: they stay.
            columns: what its columns say, where their names do not; as for ``Columns``.

        Raises:
            CatalogueError: the file cannot be read as a catalogue.
            PreviewAbsentError: it can be loaded, but not be looked at here.
        """
