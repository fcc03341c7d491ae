"""The query parameters with which products are checked before they are stored."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from lookalike.duplicates.on_duplicate import OnDuplicate
from lookalike.errors import BadParameterError

Check = Annotated[
    bool,
    Query(
        description="Whether a product is checked against the catalogue before it is stored. Left "
        "out are the product itself and those with its sku; a product that shows this picture "
        "already is not checked again."
    ),
]
OnDuplicateQuery = Annotated[
    OnDuplicate | None,
    Query(
        description="With `check=true`, what to do if another product shows the same photograph: "
        "`accept` (the default) stores this one and writes an event, `flag` also marks it, "
        "`refuse` does not store it (`duplicate_found`)."
    ),
]


def policy(check: bool, on_duplicate: OnDuplicate | None) -> OnDuplicate | None:  # noqa: FBT001 - a query parameter
    """What to do with duplicates; ``None``: nothing is checked.

    Raises:
        BadParameterError: it is said what to do, and not to check.
    """
    if check:
        return on_duplicate or OnDuplicate.ACCEPT
    if on_duplicate is not None:
        raise BadParameterError("on_duplicate needs check=true.")
    return None
