"""Quotas of the account that Service Quotas knows, by their names.

Names are those of the console; codes differ by type of machine, and are listed nowhere as a whole.
"""

from __future__ import annotations

from lookalike.aws.doctor.asking import Clients, NotEnoughError, NotToldError
from lookalike.aws.doctor.needs import Needs

_LISTS = ("list_service_quotas", "list_aws_default_service_quotas")
"""Those of the account, and what holds where it has none of its own."""


def nodes(needs: Needs, clients: Clients) -> str:
    """Whether a domain may have so many data nodes."""
    if not needs.nodes:
        return "Not needed without a domain."
    return _enough(clients, "es", "Instances per domain", needs.nodes, "data nodes of a domain")


def cluster(needs: Needs, clients: Clients) -> str:
    """Whether the cluster for backfills may have so many cores at once."""
    if not needs.cluster_cores:
        return "Not needed without a cluster."
    name = "Max concurrent vCPUs per account"
    return _enough(clients, "emr-serverless", name, needs.cluster_cores, "cores of EMR Serverless")


def notebook(needs: Needs, clients: Clients) -> str:
    """Whether there may be a notebook of that type."""
    if not needs.notebook:
        return "Not needed without a notebook."
    name = f"{needs.notebook} for notebook instance usage"
    return _enough(clients, "sagemaker", name, 1, f"notebooks of the type {needs.notebook}")


def _enough(clients: Clients, service: str, name: str, needed: int, what: str) -> str:
    value = _quota(clients, service, name)
    if value is None:
        message = f"AWS names no quota {name!r}: look into Service Quotas in the console."
        raise NotToldError(message)
    if value < needed:
        message = (
            f"{needed} {what} are needed, and the account may have {value:g}: ask for more in "
            f"Service Quotas ({service}, {name!r})."
        )
        raise NotEnoughError(message)
    return f"{value:g} {what}, of which {needed} are needed."


def _quota(clients: Clients, service: str, name: str) -> float | None:
    """The value of a quota; ``None`` where AWS has none of that name."""
    for listed in _LISTS:
        pages = clients("service-quotas").get_paginator(listed).paginate(ServiceCode=service)
        for page in pages:
            for quota in page["Quotas"]:
                if quota["QuotaName"] == name:
                    return float(quota["Value"])
    return None
