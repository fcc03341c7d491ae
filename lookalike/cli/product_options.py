"""Options of commands that list products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lookalike.storage.listing import ProductFilter

Filters = Annotated[
    list[str] | None,
    typer.Option(
        "--filter",
        metavar="KEY:VALUE",
        help="Only products with this attribute; repeatable: with all of them.",
    ),
]
Sku = Annotated[str | None, typer.Option("--sku", help="Only products with this sku.")]
Text = Annotated[
    str,
    typer.Option(
        "--q",
        metavar="TEXT",
        help="Only products with this text in their id, their sku or the value of an attribute, "
        "whatever its case.",
    ),
]


def product_filter(filters: list[str] | None, sku: str | None, text: str) -> ProductFilter:
    """The conditions that the options say.

    Raises:
        typer.BadParameter: a filter is not ``key:value``.
    """
    from lookalike.api.attribute_filter import attribute_pairs, key_and_value
    from lookalike.storage.listing import ProductFilter

    try:
        pairs = attribute_pairs(map(key_and_value, filters or ()))
    except ValueError as error:
        raise typer.BadParameter(f"a filter {error}.", param_hint="--filter") from error
    return ProductFilter(pairs, sku or None, text)
