"""The index that a command is about: that of a deployed stack, or that at an address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import typer

from lookalike.cli.options import typed_options
from lookalike.cli.stack import require_endpoint, signing_service, stack_outputs
from lookalike.errors import SettingInvalidError, StorageUnavailableError
from lookalike.storage.opensearch.service import OpenSearchService

if TYPE_CHECKING:
    from lookalike.storage.opensearch.admin import IndexAdmin


def _one_place(
    context: typer.Context, parameter: typer.CallbackParam, value: str | None
) -> str | None:
    """Typed options win over the environment; typing both is an error."""
    typed = typed_options(context, "stack", "url")
    if len(typed) > 1:
        raise typer.BadParameter("Give --stack or --url: the index is in one place.")
    return value if typed in ([], [parameter.name]) else None


OfStack = Annotated[
    str | None,
    typer.Option(
        "--stack",
        envvar="LOOKALIKE_STACK",
        callback=_one_place,
        help="Name of the deployed stack whose index it is.",
    ),
]
Endpoint = Annotated[
    str | None,
    typer.Option(
        "--url",
        envvar="LOOKALIKE_OPENSEARCH_ENDPOINT",
        callback=_one_place,
        help="Address of the OpenSearch endpoint, instead of a stack.",
    ),
]
ServiceName = Annotated[
    Literal["es", "aoss", "none"] | None,
    typer.Option(
        "--service",
        envvar="LOOKALIKE_OPENSEARCH_SERVICE",
        help="Sign requests for a domain (es) or a serverless collection (aoss), or not at all; "
        "unless given, the endpoint tells.",
    ),
]
Region = Annotated[
    str | None,
    typer.Option(envvar="AWS_REGION", help="Region of AWS; that of the profile unless given."),
]


class Place(NamedTuple):
    """Where an index is.

    Attributes:
        url: address of the OpenSearch endpoint.
        service: the service that requests to it are signed for.
        region: region of AWS; ``None``: that of boto3's session.
    """

    url: str
    service: OpenSearchService
    region: str | None


def index_place(
    stack: str | None, url: str | None, service: str | None, region: str | None
) -> Place:
    """The index that these options name.

    Raises:
        SettingInvalidError: they name none, or AWS refuses to describe the stack.
    """
    if url:
        endpoint = url
    elif stack:
        endpoint = require_endpoint(stack_outputs(stack, region))
    else:
        raise SettingInvalidError(
            "Name the index: --stack (or LOOKALIKE_STACK) names a deployed stack, --url (or "
            "LOOKALIKE_OPENSEARCH_ENDPOINT) an OpenSearch endpoint."
        )
    return Place(endpoint, OpenSearchService(service or signing_service(endpoint)), region)


@contextmanager
def opened_admin(place: Place, base: str, version: str | None = None) -> Iterator[IndexAdmin]:
    """The indices in that place, which answers; errors name it.

    Args:
        place: where they are.
        base: prefix of their names.
        version: of the model that they are for; ``None``: of fingerprints.
    """
    import logging

    from lookalike.fingerprint.version import ALGORITHM_VERSION
    from lookalike.storage.opensearch.admin import IndexAdmin
    from lookalike.storage.opensearch.client import connect
    from lookalike.storage.retries import RetryPolicy

    logging.getLogger("opensearch").setLevel(logging.ERROR)  # our errors say what does not answer
    client = connect(place.url, place.service, region=place.region)
    version = version or ALGORITHM_VERSION
    at_first = RetryPolicy(timeout=10, deadline=10)
    try:
        IndexAdmin(client, version, base, retries=at_first).indices()
        yield IndexAdmin(client, version, base)
    except StorageUnavailableError as error:
        raise StorageUnavailableError(
            f"{place.url}: {error.detail}", error.at_command_line
        ) from error
    finally:
        client.close()
