"""``lookalike delete``."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from lookalike.cli.options import DEFAULT_DATA, ApiKey, AsJson, Data, Url


def delete(
    entity_ids: Annotated[
        list[str], typer.Argument(metavar="ENTITY_ID", help="The id of a product; repeatable.")
    ],
    data: Data = DEFAULT_DATA,
    url: Url = None,
    api_key: ApiKey = None,
    as_json: AsJson = False,
) -> None:
    """Delete products from the catalogue.

    A picture that no product shows any more is removed a day later, by the next import.

    Exit code 0: all are deleted. 3: of some, there is no product. 1: of none, there is one, or the
    catalogue is away.
    """
    from lookalike.cli.deleting import deleted_products
    from lookalike.cli.exit_codes import FAILED, INCOMPLETE
    from lookalike.cli.output import show_json
    from lookalike.errors import UnknownProductError
    from lookalike.terminal import console, counted, errors

    wanted = list(dict.fromkeys(entity_ids))
    deleted = deleted_products(wanted, data, url, api_key)
    unknown = [entity_id for entity_id in wanted if entity_id not in deleted]
    if as_json:
        show_json(json.dumps({"deleted": deleted, "unknown": unknown}, indent=2))
    else:
        console.print(f"{counted(len(deleted), 'product')} deleted.")
    for entity_id in unknown:
        errors.print(UnknownProductError.of(entity_id).detail)
    if unknown:
        raise typer.Exit(INCOMPLETE if deleted else FAILED)
