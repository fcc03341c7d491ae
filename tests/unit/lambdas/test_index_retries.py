"""A collection that sleeps is waited for; a domain, which never does, is not."""

from __future__ import annotations

import pytest

from infra.function_specs import function_spec
from lookalike.aws.stores import index_retries
from lookalike.storage.opensearch.service import OpenSearchService

WAKES_AFTER = (10, 30)
"""Seconds, as AWS says."""


def test_should_wait_within_the_time_that_a_caller_is_answered_in() -> None:
    waking = index_retries(OpenSearchService.SERVERLESS, in_background=False)
    assert WAKES_AFTER[0] < waking.deadline < function_spec("find_similar").timeout_seconds
    assert waking.timeout == waking.deadline, "one request, which is answered when it is awake"


def test_should_wait_until_it_is_awake_where_nobody_waits_for_it() -> None:
    waking = index_retries(OpenSearchService.SERVERLESS, in_background=True)
    longest = waking.deadline + waking.timeout
    assert WAKES_AFTER[1] < waking.deadline
    assert longest < function_spec("index_pictures").timeout_seconds


@pytest.mark.parametrize("in_background", [False, True])
def test_should_give_up_on_a_domain_sooner(in_background: bool) -> None:  # noqa: FBT001
    domain, collection = (
        index_retries(service, in_background=in_background).deadline
        for service in (OpenSearchService.MANAGED, OpenSearchService.SERVERLESS)
    )
    assert domain < collection
