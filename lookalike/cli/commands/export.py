"""``lookalike export``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.cli.options import DEFAULT_DATA, ApiKey, Data, Url
from lookalike.cli.product_options import Filters, Sku, Text, product_filter

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager

    from lookalike.api.products.models import ListedProduct
    from lookalike.catalogue.exports.table_files import Write

_STANDARD_OUTPUT = Path("-")
_AT_ONCE = 100
"""Products between two moves of the bar."""


class OutputFormat(StrEnum):
    """Formats of standard output."""

    CSV = "csv"
    JSON_LINES = "jsonl"


def export(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.csv|.jsonl|.parquet",
            help="Is replaced when all is written; .csv and .jsonl also with .gz behind it. "
            "- is standard output.",
        ),
    ],
    data: Data = DEFAULT_DATA,
    fingerprints: Annotated[
        bool,
        typer.Option(
            "--fingerprints",
            help="Write the fingerprints, too, some 17 KB for each product, so that lookalike "
            "import loads the file without reading any picture.",
        ),
    ] = False,
    filters: Filters = None,
    sku: Sku = None,
    text: Text = "",
    output_format: Annotated[
        OutputFormat, typer.Option("--format", help="Of standard output.")
    ] = OutputFormat.CSV,
    url: Url = None,
    api_key: ApiKey = None,
) -> None:
    """Write the products of the catalogue to a file, which lookalike import reads.

    Nothing is left of a file that is not written to its end. The catalogue may change meanwhile.
    """
    from lookalike.catalogue.exports.columns import COLUMNS, WITH_FINGERPRINTS
    from lookalike.catalogue.exports.table_files import require_format, table_file
    from lookalike.cli.listed_products import listed_catalogue
    from lookalike.cli.output import printed_table
    from lookalike.storage.listing import EVERY_PRODUCT
    from lookalike.terminal import counted, errors

    wanted = product_filter(filters, sku, text)
    columns = dict.fromkeys([*COLUMNS, *(WITH_FINGERPRINTS if fingerprints else ())], "string")
    is_file = file != _STANDARD_OUTPUT
    if is_file:
        require_format(file)
    with listed_catalogue(data, url, api_key) as catalogue:
        total = catalogue.count() if wanted == EVERY_PRODUCT else None
        products = catalogue.products(wanted, with_fingerprints=fingerprints)
        opened = (
            table_file(file, columns) if is_file else printed_table(f".{output_format}", columns)
        )
        count = _write_all(products, opened, list(columns), total)
    errors.print(f"{counted(count, 'product')} written" + (f": {file}" if is_file else "."))


def _write_all(
    products: Iterable[ListedProduct],
    opened: AbstractContextManager[Write],
    columns: list[str],
    total: int | None,
) -> int:
    """Write a row for each product; return how many there are."""
    from lookalike.api.products.export_row import export_row
    from lookalike.terminal import progress_bar

    count = 0
    with opened as write, progress_bar(total, "Exporting", "failed") as advance:
        for count, product in enumerate(products, 1):
            write(export_row(product, columns))
            if count % _AT_ONCE == 0:
                advance(_AT_ONCE, 0)
        advance(count % _AT_ONCE, 0)
    return count
