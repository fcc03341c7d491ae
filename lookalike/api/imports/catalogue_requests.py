"""What requests about imports say: the catalogue in their body, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.models import Example
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent
from pydantic import StringConstraints

from lookalike.api.attribute_filter import MAX_CONDITIONS, AttributeFilter, attribute_pairs
from lookalike.api.imports.column_parameters import ColumnsQuery, columns_of
from lookalike.catalogue.feed_scope import FeedScope
from lookalike.catalogue.max_deletions import DEFAULT_MAX_DELETIONS, PATTERN, MaxDeletions
from lookalike.catalogue.sync_options import SyncOptions
from lookalike.errors import BadParameterError
from lookalike.http import bodies, contract, examples
from lookalike.http.problems import UnsupportedMediaTypeError
from lookalike.mistakes import Form
from lookalike.storage.import_runs import ImportMode

_CATALOGUE = {
    "row": Example(
        summary="One product of the sample catalogue",
        value=f"entity_id,sku,image_url\nexample-2,SKU-2,{examples.ORIGINAL_URL}\n",
    )
}
_JSON_LINES = "application/x-ndjson"
RAW_TYPES = (
    *("text/tab-separated-values", "application/xml", "text/xml", "application/rss+xml"),
    *("application/atom+xml", "application/vnd.apache.parquet", "application/gzip"),
    *("application/x-gzip", "application/octet-stream"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
"""What bodies may say they are, beside CSV and JSON. The format is told by their content."""
# Types of JSON are read, too, and not listed: the Python client of openapi-generator would take the
# first one for the form, and send that without its file.
CATALOGUE_BODY = contract.request_body(
    "The catalogue as it is, or as the field `catalogue` of a form, in any format that `lookalike "
    "import` reads: CSV, TSV, JSON, JSON Lines, Parquet, XLSX, RSS, Atom, and gzip of each. The "
    "format is told by the content.",
    {
        bodies.FORM: {"schema": contract.file_form("CatalogueForm", "catalogue")},
        "text/csv": {
            "schema": {"type": "string", "minLength": 1},
            "examples": examples.shown(_CATALOGUE),
        },
        **{name: {"schema": contract.BINARY} for name in RAW_TYPES},
    },
)
_Mode = Annotated[
    ImportMode,
    Query(
        description="`sync` makes the catalogue equal to the file: when all rows are loaded, "
        "products that it does not name are deleted."
    ),
]
_MaxDeletions = Annotated[
    Annotated[
        str,
        StringConstraints(max_length=20),
        Form(
            f"^({PATTERN})$",
            "must be a number of products, such as 25, or a share of them, such as 10%",
        ),
    ],
    Query(
        description="With `mode=sync`: how many products may be deleted, as a number or a share "
        "of those that are there. Where the file lacks more, the import fails before it changes "
        "anything."
    ),
]
_Filters = Annotated[
    list[AttributeFilter],
    Query(
        alias="filter",
        max_length=MAX_CONDITIONS,
        description="With `mode=sync`: the file is about the products with this attribute alone, "
        "as `key:value`; repeatable. Others are not deleted.",
    ),
]
DryRun = Annotated[
    bool,
    Query(
        description="With `mode=sync`: only count, in the background, what would be added, "
        "replaced and deleted. No picture is read, so that pictures which would be refused are not "
        "counted."
    ),
]


@dataclass(frozen=True, slots=True)
class WantedImport:
    """How a catalogue is to be loaded.

    Attributes:
        sync: what may be deleted; ``None``: products that the file does not name stay.
        columns: name of a field or an attribute → the column that has it.
    """

    sync: SyncOptions | None
    columns: Mapping[str, str]

    def sync_or_dry_run(self, *, dry_run: bool) -> SyncOptions | None:
        """What may be deleted, or would be where nothing is to be changed.

        Raises:
            BadParameterError: a dry run is asked of what is no sync.
        """
        if self.sync is None and dry_run:
            raise BadParameterError("dry_run: goes with mode=sync.")
        return replace(self.sync, dry_run=dry_run) if self.sync else None


def wanted_import(
    *,
    mode: _Mode = ImportMode.IMPORT,
    max_deletions: _MaxDeletions = str(DEFAULT_MAX_DELETIONS),
    filters: _Filters = [],  # noqa: B006 - copied by Powertools
    columns: ColumnsQuery = [],  # noqa: B006 - as above
) -> WantedImport:
    """What the parameters of a request say, which imports and their previews share.

    Raises:
        BadParameterError: the limit is none, two filters name one attribute, or an assignment of a
            column is none.
    """
    scope = FeedScope(attribute_pairs(filters))
    is_sync = mode is ImportMode.SYNC
    sync = SyncOptions(MaxDeletions.parse(max_deletions), scope) if is_sync else None
    return WantedImport(sync, columns_of(columns))


def catalogue_in(event: BaseProxyEvent) -> bytes:
    """The catalogue in the body of a request.

    Raises:
        BadParameterError: it is empty, or no such form.
        UnsupportedMediaTypeError: the body is declared as something else.
    """
    kind = bodies.media_type(event)
    if kind == bodies.FORM:
        catalogue, _ = bodies.form_file(event, "catalogue")
    elif kind in ("text/csv", bodies.JSON, _JSON_LINES, "", *RAW_TYPES):
        catalogue = bodies.raw_body(event)
    else:
        raise UnsupportedMediaTypeError(
            "Send the file with the header Content-Type: text/csv, or another that says its "
            "format, or application/octet-stream; or as the field 'catalogue' of a "
            "multipart/form-data form."
        )
    if not catalogue:
        raise BadParameterError("The catalogue in the body is empty.")
    return catalogue
