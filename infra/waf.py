"""The firewall in front of the API."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from infra.environments import Environment
from infra.log_groups import log_group
from lookalike.http.problems import TooManyRequestsError, build_problem

_WINDOW_SECONDS = 300
"""WAF counts the requests of an address over this window."""
_FLOOD = "flood"
"""Key of the answer to too many requests. The firewall itself gives this answer, so that it differs
from the 403 with which the gateway answers requests that are taken for attacks."""
_KEYS_AN_ADDRESS = 5
"""An address may send as much as this many keys: WAF also counts requests that the gateway refuses,
and a shop's backend that is throttled retries."""


_TOO_MANY = build_problem(
    TooManyRequestsError(
        "Too many requests came from this address within five minutes. Try again later."
    ),
    request_id="",
)
"""The problem has no request id, which the firewall does not know."""


@dataclass(frozen=True, slots=True)
class ManagedRules:
    """A group of rules that AWS maintains.

    Attributes:
        name: name of the group.
        counted: rules that would block intended use of this API; they only count requests.
    """

    name: str
    counted: tuple[str, ...] = ()


_GROUPS = (
    ManagedRules("AWSManagedRulesAmazonIpReputationList"),
    ManagedRules("AWSManagedRulesKnownBadInputsRuleSet"),
    ManagedRules(
        "AWSManagedRulesCommonRuleSet",
        counted=(
            "SizeRestrictions_BODY",  # pictures are larger than 8 KB
            "CrossSiteScripting_BODY",  # compressed bytes contain anything by chance
            "GenericLFI_BODY",
            "GenericRFI_BODY",  # image_url is an address, possibly of a bare IP
            "GenericRFI_QUERYARGUMENTS",
            "EC2MetaDataSSRF_BODY",  # the fetcher itself refuses private addresses, by what
            "EC2MetaDataSSRF_QUERYARGUMENTS",  # they resolve to, and answers with a problem
            "NoUserAgent_HEADER",  # programs ask, not browsers
            "SizeRestrictions_QUERYSTRING",  # presigned addresses are longer than 2 KB
            "RestrictedExtensions_QUERYARGUMENTS",  # addresses and ids end in anything,
            "RestrictedExtensions_URIPATH",
            "GenericLFI_QUERYARGUMENTS",  # contain anything, and are never opened
            "GenericLFI_URIPATH",
            "GenericRFI_URIPATH",
        ),
    ),
)


class WebAcl(Construct):
    """Blocks known attackers, known attacks and floods, and logs what it blocks.

    Logs have neither keys nor queries, which may contain secret addresses of pictures. Samples of
    requests, which the console would show with both, are not kept.

    Attributes:
        name: name of its metrics.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        environment: Environment,
        stage: apigateway.Stage,
    ) -> None:
        super().__init__(scope, construct_id)
        self.name = environment.api_name
        managed = [_managed(number, group) for number, group in enumerate(_GROUPS, start=1)]
        rules = [_per_address(environment), *managed]
        acl = wafv2.CfnWebACL(
            self,
            "WebAcl",
            name=self.name,
            scope="REGIONAL",
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_visible(self.name),
            rules=rules,
            custom_response_bodies={
                _FLOOD: wafv2.CfnWebACL.CustomResponseBodyProperty(
                    content=_TOO_MANY.model_dump_json(), content_type="APPLICATION_JSON"
                )
            },
        )
        wafv2.CfnWebACLAssociation(
            self, "OfStage", resource_arn=stage.stage_arn, web_acl_arn=acl.attr_arn
        )
        self._log(acl, environment)

    def _log(self, acl: wafv2.CfnWebACL, environment: Environment) -> None:
        # WAF requires this prefix.
        group = log_group(self, "Logs", environment, f"aws-waf-logs-{self.name}")
        wafv2.CfnLoggingConfiguration(
            self,
            "Logging",
            resource_arn=acl.attr_arn,
            log_destination_configs=[
                Stack.of(self).format_arn(
                    service="logs",
                    resource="log-group",
                    resource_name=group.log_group_name,
                    arn_format=ArnFormat.COLON_RESOURCE_NAME,
                )
            ],
            redacted_fields=[
                wafv2.CfnLoggingConfiguration.FieldToMatchProperty(
                    single_header={"Name": "x-api-key"}
                ),
                wafv2.CfnLoggingConfiguration.FieldToMatchProperty(query_string={}),
            ],
            logging_filter=_BLOCKED_ONLY,
        )


_BLOCKED_ONLY = {
    "DefaultBehavior": "DROP",
    "Filters": [
        {
            "Behavior": "KEEP",
            "Requirement": "MEETS_ANY",
            "Conditions": [{"ActionCondition": {"Action": "BLOCK"}}],
        }
    ],
}


def _per_address(environment: Environment) -> wafv2.CfnWebACL.RuleProperty:
    origin = environment.cors_origin
    allowed = {} if origin is None else {"Access-Control-Allow-Origin": origin}
    headers = {"Retry-After": str(_WINDOW_SECONDS // 5), **allowed}
    return wafv2.CfnWebACL.RuleProperty(
        name="PerAddress",
        priority=0,
        action=wafv2.CfnWebACL.RuleActionProperty(
            block=wafv2.CfnWebACL.BlockActionProperty(
                custom_response=wafv2.CfnWebACL.CustomResponseProperty(
                    response_code=_TOO_MANY.status,
                    custom_response_body_key=_FLOOD,
                    response_headers=[
                        wafv2.CfnWebACL.CustomHTTPHeaderProperty(name=name, value=value)
                        for name, value in headers.items()
                    ],
                )
            )
        ),
        visibility_config=_visible("PerAddress"),
        statement=wafv2.CfnWebACL.StatementProperty(
            rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
                limit=math.ceil(environment.throttle.rate * _WINDOW_SECONDS * _KEYS_AN_ADDRESS),
                evaluation_window_sec=_WINDOW_SECONDS,
                aggregate_key_type="IP",
            )
        ),
    )


def _managed(priority: int, group: ManagedRules) -> wafv2.CfnWebACL.RuleProperty:
    return wafv2.CfnWebACL.RuleProperty(
        name=group.name,
        priority=priority,
        override_action=wafv2.CfnWebACL.OverrideActionProperty(none={}),
        visibility_config=_visible(group.name),
        statement=wafv2.CfnWebACL.StatementProperty(
            managed_rule_group_statement=wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
                vendor_name="AWS", name=group.name, rule_action_overrides=_counted(group.counted)
            )
        ),
    )


def _counted(rules: Sequence[str]) -> list[wafv2.CfnWebACL.RuleActionOverrideProperty] | None:
    return [
        wafv2.CfnWebACL.RuleActionOverrideProperty(
            name=rule, action_to_use=wafv2.CfnWebACL.RuleActionProperty(count={})
        )
        for rule in rules
    ] or None


def _visible(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=False
    )
