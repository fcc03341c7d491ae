"""What an examination asks AWS; an answer that does not fit says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from lookalike.aws.doctor import quotas
from lookalike.aws.doctor.asking import Clients, NotEnoughError, Question
from lookalike.aws.doctor.needs import Needs

MAX_LOG_POLICIES = 10
"""Resource policies of CloudWatch Logs in a region; cannot be raised."""
_VERSION = "/cdk-bootstrap/hnb659fds/version"
_MIN_BOOTSTRAP = 6
_NETWORK_ROLE = "AWSServiceRoleForAmazonOpenSearchService"
_FIRST_USED = ("AWSServiceRoleForWAFV2Logging",)


def _account(needs: Needs, clients: Clients) -> str:
    client = clients("sts")
    account, region = client.get_caller_identity()["Account"], client.meta.region_name
    for what, wanted, found in (
        ("account", needs.account, account),
        ("region", needs.region, region),
    ):
        if wanted not in {None, found}:
            message = (
                f"The credentials are for {what} {found}, and {needs.environment} belongs to "
                f"{wanted}: choose another AWS_PROFILE or AWS_REGION."
            )
            raise NotEnoughError(message)
    return f"{account} in {region}."


def _bootstrap(_needs: Needs, clients: Clients) -> str:
    try:
        answer = clients("ssm").get_parameter(Name=_VERSION)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterNotFound":
            raise
        message = "The CDK has no place here yet: run `npx cdk bootstrap` as an administrator."
        raise NotEnoughError(message) from error
    version = int(answer["Parameter"]["Value"])
    if version < _MIN_BOOTSTRAP:
        message = f"Version {version} is too old: run `npx cdk bootstrap` again."
        raise NotEnoughError(message)
    return f"Version {version}."


def _engine(needs: Needs, clients: Clients) -> str:
    if not needs.instances:
        return "Not needed without a domain."
    pages = clients("opensearch").get_paginator("list_versions").paginate()
    versions = [version for page in pages for version in page["Versions"]]
    if needs.engine not in versions:
        message = f"{needs.engine} is not offered in this region; the newest is {versions[:1]}."
        raise NotEnoughError(message)
    return f"{needs.engine} is offered."


def _machines(needs: Needs, clients: Clients) -> str:
    client = clients("opensearch")
    for name, count in needs.instances.items():
        try:
            answer = client.describe_instance_type_limits(
                InstanceType=name, EngineVersion=needs.engine
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in _NOT_OFFERED:
                raise
            message = f"{name} is not offered in this region: choose another type in `domain`."
            raise NotEnoughError(message) from error
        most = _most(answer["LimitsByRole"])
        if count > most:
            message = f"{count} x {name} are needed, and {most} are allowed: ask AWS for more."
            raise NotEnoughError(message)
    counted = [f"{count} x {name}" for name, count in needs.instances.items()]
    return f"{', '.join(counted) or 'None'}."


_NOT_OFFERED = ("InvalidTypeException", "LimitExceededException", "ValidationException")


def _most(limits: Mapping[str, Any]) -> int:
    """The most machines of a type that a domain may have in any role."""
    counts = [role.get("InstanceLimits", {}).get("InstanceCountLimits") for role in limits.values()]
    return max((count["MaximumInstanceCount"] for count in counts if count), default=0)


def _executions(needs: Needs, clients: Clients) -> str:
    limit = clients("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    if limit < needs.executions:
        message = (
            f"The load needs {needs.executions} executions of functions at once, and the account "
            f"has {limit}: ask AWS for more, or lower the load of the environment."
        )
        raise NotEnoughError(message)
    return f"{limit} executions of functions at once, of which the load needs {needs.executions}."


def _log_policies(needs: Needs, clients: Clients) -> str:
    pages = clients("logs").get_paginator("describe_resource_policies").paginate()
    names = [each["policyName"] for page in pages for each in page["resourcePolicies"]]
    others = [name for name in names if not name.startswith(f"lookalike-{needs.environment}")]
    if len(others) + needs.log_policies > MAX_LOG_POLICIES:
        message = (
            f"{len(others)} resource policies of CloudWatch Logs exist, {needs.log_policies} are "
            f"added, and {MAX_LOG_POLICIES} are allowed: delete some "
            "(`aws logs describe-resource-policies`)."
        )
        raise NotEnoughError(message)
    return f"{len(others)} resource policies of others, of {MAX_LOG_POLICIES}."


def _roles(needs: Needs, clients: Clients) -> str:
    if needs.is_in_network and not _has_role(clients, _NETWORK_ROLE):
        message = (
            "A domain in a network needs a role that nothing creates by itself: `aws iam "
            "create-service-linked-role --aws-service-name opensearchservice.amazonaws.com`."
        )
        raise NotEnoughError(message)
    missing = [role for role in _FIRST_USED if not _has_role(clients, role)]
    if missing:
        return f"{', '.join(missing)} is created at first use (iam:CreateServiceLinkedRole)."
    return "All exist."


def _has_role(clients: Clients, name: str) -> bool:
    try:
        clients("iam").get_role(RoleName=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchEntity":
            raise
        return False
    return True


def _organisation(needs: Needs, clients: Clients) -> str:
    try:
        managing = clients("organizations").describe_organization()["Organization"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "AWSOrganizationsNotInUseException":
            raise
        return "The account is in none."
    is_member = managing["MasterAccountId"] != clients("sts").get_caller_identity()["Account"]
    if is_member and needs.watches_cost_by_tag:
        message = (
            "The account is a member of an organisation, and may not watch cost by tag: leave out "
            "`cost_anomaly`, and create the monitor in the account that manages it."
        )
        raise NotEnoughError(message)
    return f"The account {'is a member of' if is_member else 'manages'} one."


QUESTIONS: Mapping[str, Question] = {
    "account and region": _account,
    "bootstrap of the CDK": _bootstrap,
    "version of the search engine": _engine,
    "machines of the domain": _machines,
    "nodes of a domain": quotas.nodes,
    "executions of functions": _executions,
    "policies of logs": _log_policies,
    "service-linked roles": _roles,
    "organisation": _organisation,
    "cores for backfills": quotas.cluster,
    "notebook": quotas.notebook,
}
"""By what they are about, in the order in which a deployment needs the answers."""
