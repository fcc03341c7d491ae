"""Who may ask the search service for what: over IAM by path, and in the index by security role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from infra.environments import Environment
from lookalike.storage.opensearch.service import INDEX_BASE, OpenSearchService

INDICES = f"{INDEX_BASE}-*"
"""Indices and the aliases that they are used through."""


_REQUESTS = [f"es:ESHttp{verb}" for verb in ("Delete", "Get", "Head", "Post", "Put")]
"""All requests to a domain."""


@dataclass(frozen=True, slots=True)
class SearchAccess:
    """What one function does with the index.

    Attributes:
        requests: HTTP method and what follows the index in the path.
        cluster: actions of the whole cluster, by the names of the security plugin.
        index: actions on the indices of pictures, likewise.
        data: permissions in a serverless collection.
    """

    requests: Sequence[tuple[str, str]]
    cluster: Sequence[str]
    index: Sequence[str]
    data: Sequence[str]


_SEARCH = ("indices:data/read/msearch*", "indices:data/read/search*")
_MULTIPLE_GET = "indices:data/read/mget*"
_WRITE = "indices:data/write/*"

ACCESS: Mapping[str, SearchAccess] = {
    "find_similar": SearchAccess(
        requests=[("Get", "_count"), ("Post", "_msearch")],
        cluster=["indices:data/read/msearch"],
        index=_SEARCH,
        data=["aoss:DescribeIndex", "aoss:ReadDocument"],
    ),
    "index_pictures": SearchAccess(
        requests=[("Post", "_bulk")],
        cluster=["indices:data/write/bulk"],
        index=[_WRITE],
        data=["aoss:DescribeIndex", "aoss:UpdateIndex", "aoss:WriteDocument"],
    ),
    "reconcile_index": SearchAccess(
        requests=[("Get", "_count"), ("Post", "_bulk"), ("Post", "_mget"), ("Post", "_search")],
        cluster=["indices:data/read/mget", "indices:data/write/bulk"],
        index=[*_SEARCH, _MULTIPLE_GET, _WRITE],
        data=["aoss:DescribeIndex", "aoss:ReadDocument", "aoss:UpdateIndex", "aoss:WriteDocument"],
    ),
}
"""By function; whoever is not here never meets the index."""


def search_name(environment: Environment) -> str:
    """Of the domain or the collection."""
    return f"lookalike-{environment.name}"


def _domain_arn(stack: Stack, environment: Environment) -> str:
    """Of the managed domain, whether it exists yet or not."""
    return stack.format_arn(service="es", resource="domain", resource_name=search_name(environment))


def search_statements(
    stack: Stack, environment: Environment, function: str
) -> list[iam.PolicyStatement]:
    """What a function's role says about the search service."""
    access = ACCESS.get(function)
    if access is None or environment.search is OpenSearchService.UNSIGNED:
        return []
    if environment.search is OpenSearchService.SERVERLESS:
        return [_collection(stack, search_name(environment))]
    arn = _domain_arn(stack, environment)
    return [
        iam.PolicyStatement(actions=[f"es:ESHttp{verb}"], resources=_paths(arn, access, verb))
        for verb in sorted({verb for verb, _ in access.requests})
    ]


def administration(stack: Stack, environment: Environment) -> iam.PolicyStatement:
    """Every request to the service; what it does with it is up to its own access control."""
    if environment.search is OpenSearchService.SERVERLESS:
        return _collection(stack, search_name(environment))
    return iam.PolicyStatement(
        actions=_REQUESTS, resources=[f"{_domain_arn(stack, environment)}/*"]
    )


def _paths(arn: str, access: SearchAccess, verb: str) -> list[str]:
    return [f"{arn}/{INDICES}/{path}" for method, path in access.requests if method == verb]


def _collection(stack: Stack, name: str) -> iam.PolicyStatement:
    """Collections are named by an id that exists only after them: the condition names ours."""
    return iam.PolicyStatement(
        actions=["aoss:APIAccessAll"],
        resources=[stack.format_arn(service="aoss", resource="collection", resource_name="*")],
        conditions={"StringEquals": {"aoss:collection": name}},
    )
