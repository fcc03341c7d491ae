"""``lookalike check``."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.cli.exit_codes import FAILED, INCOMPLETE, NOT_FOUND
from lookalike.cli.options import (
    DEFAULT_DATA,
    AllowPrivateHosts,
    ApiKey,
    AsJson,
    Data,
    EffortOption,
    Url,
)
from lookalike.cli.product_options import Filters, product_filter
from lookalike.matching.check_limits import MAX_PERCENTAGE, MAX_TOP, MIN_TOP
from lookalike.matching.effort import Effort

if TYPE_CHECKING:
    from lookalike.cli.checks import Checks
    from lookalike.matching.check import CheckOptions


def check(
    images: Annotated[
        list[str],
        typer.Argument(
            metavar="PICTURE",
            help="The picture: a file or a web address. Several are checked at the same time, and "
            "so are all pictures in a folder; the answers are in the order of the pictures.",
        ),
    ],
    top: Annotated[
        int, typer.Option(min=MIN_TOP, max=MAX_TOP, help="How many products at most.")
    ] = 1,
    min_match: Annotated[
        float,
        typer.Option(
            min=0, max=MAX_PERCENTAGE, help="Leave out matches below this; 0 shows the nearest."
        ),
    ] = 50,
    exclude_entity_id: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID",
            help="Leave out this product, such as the one that the picture is of; repeatable. What "
            "was decided about it holds for the check.",
        ),
    ] = None,
    exclude_sku: Annotated[
        list[str] | None,
        typer.Option(metavar="SKU", help="Leave out products with this sku; repeatable."),
    ] = None,
    filters: Filters = None,
    effort: EffortOption = Effort.NORMAL,
    data: Data = DEFAULT_DATA,
    url: Url = None,
    api_key: ApiKey = None,
    allow_private_hosts: AllowPrivateHosts = False,
    as_json: AsJson = False,
) -> None:
    """Look for pictures in the catalogue.

    Shows the products whose pictures match: percentage, verdict, entity_id, sku, image_url, and
    below it in words how the picture shows the product's. With --json, several pictures are one
    JSON object a line, with keys image, result and problem, of which one is null.

    Exit code 0: a duplicate or an edited copy was found, of one of the pictures at least. 4: of
    none. 3: some of several pictures could not be checked (each reason is shown). 1: none could be
    checked. 2: wrong usage. 130: Ctrl-C. 143: SIGTERM.
    """
    from lookalike.cli.sources import names_one_picture, picture_names
    from lookalike.matching.check import CheckOptions
    from lookalike.terminal import errors

    options = CheckOptions(
        top=top,
        min_match=min_match,
        exclude_entity_ids=frozenset(exclude_entity_id or ()),
        exclude_skus=frozenset(exclude_sku or ()),
        attributes=product_filter(filters, None, "").attributes,
        effort=effort,
    )
    is_one = names_one_picture(images)
    names = images if is_one else picture_names(images)
    if url:
        where = _at_service(url, api_key, options, is_one=is_one)
    else:
        where = _in_folder(data, options, allow_private_hosts=allow_private_hosts)
    with where as checks:
        found = (_check_one if is_one else _check_all)(checks, names, as_json=as_json)
    if not found:
        if options.restricts:
            errors.print("Other products than those that the options admit were not asked about.")
        raise typer.Exit(NOT_FOUND)


def _in_folder(
    data: Path, options: CheckOptions, *, allow_private_hosts: bool
) -> AbstractContextManager[Checks]:
    from lookalike.cli.checks import checks_in_folder

    return checks_in_folder(data, options, allow_private_hosts=allow_private_hosts)


def _at_service(
    url: str, api_key: str | None, options: CheckOptions, *, is_one: bool
) -> AbstractContextManager[Checks]:
    from lookalike.cli.checks import checks_at_service
    from lookalike.cli.output import say_waiting
    from lookalike.cli.remote.service import RemoteService
    from lookalike.cli.remote.waiting import Waiting

    waiting = Waiting(say_waiting)
    retry_policy = None if is_one else waiting.retry_policy()
    service = RemoteService(url, api_key, retry_policy)
    return nullcontext(checks_at_service(service, waiting, options))


def _check_one(checks: Checks, images: list[str], *, as_json: bool) -> bool:
    """Show the answer for one picture; whether the catalogue has it."""
    from lookalike.cli.output import show_check, show_json

    answer = checks.one(images[0])
    if as_json:
        show_json(answer.model_dump_json(indent=2))
    else:
        show_check(answer)
    return answer.is_duplicate


def _check_all(checks: Checks, images: list[str], *, as_json: bool) -> bool:
    """Show the answers for several pictures; whether the catalogue has one of them."""
    from lookalike.cli.check_report import CheckReport
    from lookalike.cli.termination import stop_requests
    from lookalike.terminal import progress_bar

    report = CheckReport(len(images), as_json=as_json)
    with stop_requests() as request, progress_bar(len(images), "Checking", "unusable") as advance:
        for checked in checks.all(images, request.is_received):
            report.show(checked)
            advance(1, report.failed)
    report.conclude()
    request.raise_it()
    if report.failed:
        raise typer.Exit(FAILED if report.failed == len(images) else INCOMPLETE)
    return report.found > 0
