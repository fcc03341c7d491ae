"""``lookalike list``."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.cli.options import DEFAULT_DATA, ApiKey, AsJson, Data, Url
from lookalike.cli.product_options import Filters, Sku, Text, product_filter

if TYPE_CHECKING:
    from lookalike.api.products.models import ListedProduct


_FINGERPRINT: dict[str, bool] = {"fingerprint_json": True, "source_revision": True}


def list_products(
    data: Data = DEFAULT_DATA,
    limit: Annotated[int, typer.Option(min=1, help="Products that are shown at most.")] = 100,
    filters: Filters = None,
    sku: Sku = None,
    text: Text = "",
    url: Url = None,
    api_key: ApiKey = None,
    as_json: AsJson = False,
) -> None:
    """List products of the catalogue: id, sku, address of the picture, attributes.

    With --json, each product is a line of JSON. lookalike export writes all of them to a file.
    """
    from lookalike.api.products.listing import MAX_LIMIT
    from lookalike.cli.listed_products import listed_catalogue
    from lookalike.cli.output import show_json
    from lookalike.terminal import console, counted, errors

    wanted = product_filter(filters, sku, text)
    with listed_catalogue(data, url, api_key) as catalogue:
        products = catalogue.products(wanted, min(limit + 1, MAX_LIMIT))
        shown = list(islice(products, limit))
        for product in shown:
            if as_json:
                show_json(
                    product.model_dump_json(
                        exclude={**_FINGERPRINT, "images": {"__all__": _FINGERPRINT}}
                    )
                )
            else:
                console.print(_line(product))
        if not shown:
            errors.print("There are no such products.")
        if next(products, None) is not None:
            errors.print(f"There are more than {counted(limit, 'product')}: see --limit.")


def _line(product: ListedProduct) -> str:
    attributes = [f"{name}:{value}" for name, value in product.attributes.items()]
    return "  ".join([product.entity_id, product.sku, product.image_url or "", *attributes])
