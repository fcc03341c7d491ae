"""The requests that each function may send to the search service, by IAM and by security role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from infra.environments import Environment
from lookalike.storage.index_kind import IndexKind
from lookalike.storage.opensearch.service import INDEX_BASE, LOOKS_BASE, OpenSearchService

PICTURE_INDICES = f"{INDEX_BASE}-*"
"""Indices of pictures, and their aliases."""
LOOKS_INDICES = f"{LOOKS_BASE}-*"
"""Indices of products by looks, and their aliases."""
EVERY_INDEX = (PICTURE_INDICES, LOOKS_INDICES)


_REQUESTS = [f"es:ESHttp{verb}" for verb in ("Delete", "Get", "Head", "Post", "Put")]
"""Actions that allow all requests to a domain."""


@dataclass(frozen=True, slots=True)
class SearchAccess:
    """The access of one function to the index.

    Attributes:
        requests: HTTP method, and the part of the path after the index.
        cluster: actions on the whole cluster, as the security plugin names them.
        index: actions on the indices, as the security plugin names them.
        data: permissions in a serverless collection.
        indices: the indices that it uses.
        of_looks: further requests, which it sends to the indices by looks alone.
    """

    requests: Sequence[tuple[str, str]]
    cluster: Sequence[str]
    index: Sequence[str]
    data: Sequence[str]
    indices: Sequence[str] = EVERY_INDEX
    of_looks: Sequence[tuple[str, str]] = ()

    def paths(self, verb: str) -> list[str]:
        """What it asks by a method, below the address of the service."""
        asked = [(indices, self.requests) for indices in self.indices]
        asked.append((LOOKS_INDICES, self.of_looks))
        return [
            f"{indices}/{path}"
            for indices, requests in asked
            for method, path in requests
            if method == verb
        ]


_SEARCH = ("indices:data/read/msearch*", "indices:data/read/search*")
_MULTIPLE_GET = "indices:data/read/mget*"
_WRITE = "indices:data/write/*"

_CHECK = SearchAccess(
    requests=[("Get", "_count"), ("Post", "_msearch")],
    cluster=["indices:data/read/msearch"],
    index=_SEARCH,
    data=["aoss:DescribeIndex", "aoss:ReadDocument"],
)

ACCESS: Mapping[str, SearchAccess] = {
    "find_similar": _CHECK,
    "manage_products": replace(_CHECK, indices=[PICTURE_INDICES]),
    "compare_pictures": replace(_CHECK, indices=[PICTURE_INDICES]),
    "import_batch": replace(_CHECK, indices=[PICTURE_INDICES]),
    "index_pictures": SearchAccess(
        requests=[("Post", "_bulk")],
        cluster=["indices:data/write/bulk"],
        index=[_WRITE],
        data=["aoss:DescribeIndex", "aoss:UpdateIndex", "aoss:WriteDocument"],
    ),
    "reconcile_index": SearchAccess(
        requests=[("Post", "_bulk"), ("Post", "_mget"), ("Post", "_search")],
        of_looks=[("Get", "_count")],
        cluster=["indices:data/read/mget", "indices:data/write/bulk"],
        index=[*_SEARCH, _MULTIPLE_GET, _WRITE],
        data=["aoss:DescribeIndex", "aoss:ReadDocument", "aoss:UpdateIndex", "aoss:WriteDocument"],
    ),
}
"""By function. A function that is not listed has no access to the index."""


def search_name(environment: Environment) -> str:
    """The name of the domain or the collection."""
    return environment.api_name


def _domain_arn(stack: Stack, environment: Environment) -> str:
    """The ARN of the managed domain, whether it exists yet or not."""
    return stack.format_arn(service="es", resource="domain", resource_name=search_name(environment))


def search_statements(
    stack: Stack, environment: Environment, function: str
) -> list[iam.PolicyStatement]:
    """The permissions of a function's role on the search service."""
    access = ACCESS.get(function)
    has_none = not environment.uses(IndexKind.OPENSEARCH)
    if access is None or has_none or environment.search is OpenSearchService.UNSIGNED:
        return []
    if environment.search is OpenSearchService.SERVERLESS:
        return [_collection(stack, search_name(environment))]
    arn = _domain_arn(stack, environment)
    return [
        iam.PolicyStatement(
            actions=[f"es:ESHttp{verb}"],
            resources=[f"{arn}/{path}" for path in access.paths(verb)],
        )
        for verb in sorted({verb for verb, _ in [*access.requests, *access.of_looks]})
    ]


def administration(stack: Stack, environment: Environment) -> iam.PolicyStatement:
    """Permission for every request; the service's own access control decides about each."""
    if environment.search is OpenSearchService.SERVERLESS:
        return _collection(stack, search_name(environment))
    return iam.PolicyStatement(
        actions=_REQUESTS, resources=[f"{_domain_arn(stack, environment)}/*"]
    )


def _collection(stack: Stack, name: str) -> iam.PolicyStatement:
    """A collection's ARN has an id that is only known once it exists: a condition names ours."""
    return iam.PolicyStatement(
        actions=["aoss:APIAccessAll"],
        resources=[stack.format_arn(service="aoss", resource="collection", resource_name="*")],
        conditions={"StringEquals": {"aoss:collection": name}},
    )
