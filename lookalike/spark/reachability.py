"""Whether pictures can be reached from where a job runs, before all its machines try in vain."""

from __future__ import annotations

from collections.abc import Sequence

from lookalike.errors import ImageError, ImageUnreachableError, SettingInvalidError
from lookalike.images.fetching.fetcher import ImageFetcher

SAMPLED_ROWS = 1000
"""Rows at the beginning of a manifest whose pictures may be tried."""
_TRIED = 5


def require_reachable(addresses: Sequence[str], fetcher: ImageFetcher) -> None:
    """Fetch pictures from the web until a host answers one, whatever it answers.

    Args:
        addresses: of pictures on the web; a few are tried, spread over all of them.
        fetcher: fetches them.

    Raises:
        SettingInvalidError: there are addresses, and none of those that are tried is answered.
    """
    tried = addresses[:: max(1, len(addresses) // _TRIED)][:_TRIED]
    failures = []
    for address in tried:
        failure = _failure(address, fetcher)
        if not failure:
            return
        failures.append(failure)
    if failures:
        raise SettingInvalidError(
            f"None of {len(failures)} pictures that were tried can be reached from here, such as "
            f"{tried[0]}: {failures[0]} On EMR Serverless, a job reaches the web only where its "
            "application is in a network that leads there: see docs/spark.md."
        )


def _failure(address: str, fetcher: ImageFetcher) -> str:
    """Why nobody answered; empty where somebody did, if only by a refusal."""
    try:
        fetcher.fetch(address)
    except ImageUnreachableError as error:
        return error.detail
    except ImageError:
        return ""
    return ""
