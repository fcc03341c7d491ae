"""The vector index on an OpenSearch Service domain."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import CfnUpdatePolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_opensearchservice as opensearch
from constructs import Construct

from infra.capacity import ENGINE, DomainSize
from infra.environments import Environment
from infra.log_groups import log_group, removal_policy
from infra.network import PlacedInNetwork
from infra.search_access import administration, search_name, search_statements

_LOGS = ("ES_APPLICATION_LOGS", "SEARCH_SLOW_LOGS", "INDEX_SLOW_LOGS", "AUDIT_LOGS")
_Properties = opensearch.CfnDomain


class SearchDomain(Construct):
    """An encrypted domain that only the given roles can access; it has no passwords.

    The administrator may send any request, callers only those that their functions need.

    It uses the CloudFormation resource, since ``aws_opensearchservice.Domain`` would set access and
    log policies by custom resources, which are functions with permissions of their own. Without a
    network, the endpoint is public, but answers only signed requests: functions that fetch pictures
    from the web need no NAT gateway then.

    Attributes:
        name: name of the domain.
        endpoint: host, without scheme.
    """

    def __init__(  # noqa: PLR0913 - who may access it, how it is encrypted, and where it is
        self,
        scope: Construct,
        construct_id: str,
        environment: Environment,
        administrator: iam.IRole,
        callers: Mapping[str, iam.IRole],
        *,
        key: kms.IKey | None = None,
        network: PlacedInNetwork | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.name = search_name(environment)
        group = log_group(self, "Logs", environment)
        domain = opensearch.CfnDomain(
            self,
            "Domain",
            domain_name=self.name,
            engine_version=opensearch.EngineVersion.open_search(ENGINE).version,
            cluster_config=_cluster(environment.domain),
            ebs_options=_disks(environment.domain),
            access_policies=_access_policy(
                Stack.of(self), environment, administrator, callers
            ).to_json(),
            advanced_security_options=_administered_by(administrator),
            encryption_at_rest_options=_Properties.EncryptionAtRestOptionsProperty(
                enabled=True, kms_key_id=None if key is None else key.key_id
            ),
            vpc_options=None if network is None else _placed(network, environment.domain),
            node_to_node_encryption_options=_Properties.NodeToNodeEncryptionOptionsProperty(
                enabled=True
            ),
            domain_endpoint_options=_Properties.DomainEndpointOptionsProperty(
                enforce_https=True, tls_security_policy="Policy-Min-TLS-1-2-PFS-2023-10"
            ),
            log_publishing_options={
                kind: _Properties.LogPublishingOptionProperty(
                    enabled=True, cloud_watch_logs_log_group_arn=group.log_group_arn
                )
                for kind in _LOGS
            },
        )
        domain.node.add_dependency(self._may_write(group))
        domain.cfn_options.update_policy = CfnUpdatePolicy(enable_version_upgrade=True)
        domain.apply_removal_policy(removal_policy(environment))
        self.endpoint = domain.attr_domain_endpoint

    def _may_write(self, group: logs.LogGroup) -> logs.CfnResourcePolicy:
        """Lets the domain write to its log group, but no domain of another account."""
        statement = iam.PolicyStatement(
            principals=[iam.ServicePrincipal("es.amazonaws.com")],
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            resources=[group.log_group_arn],
            conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
        )
        return logs.CfnResourcePolicy(
            self,
            "MayWriteLogs",
            policy_name=f"{self.name}-domain-logs",
            policy_document=Stack.of(self).to_json_string(
                iam.PolicyDocument(statements=[statement]).to_json()
            ),
        )


def _access_policy(
    stack: Stack,
    environment: Environment,
    administrator: iam.IRole,
    callers: Mapping[str, iam.IRole],
) -> iam.PolicyDocument:
    """Grant the permissions of the roles' own policies again: either alone would grant access."""
    granted = [(administrator, administration(stack, environment))]
    for name, role in callers.items():
        granted += [(role, each) for each in search_statements(stack, environment, name)]
    for role, statement in granted:
        statement.add_arn_principal(role.role_arn)
    return iam.PolicyDocument(statements=[statement for _, statement in granted])


def _administered_by(role: iam.IRole) -> opensearch.CfnDomain.AdvancedSecurityOptionsInputProperty:
    """Fine-grained access control, administered by a role: no users, no passwords."""
    return _Properties.AdvancedSecurityOptionsInputProperty(
        enabled=True,
        internal_user_database_enabled=False,
        master_user_options=_Properties.MasterUserOptionsProperty(master_user_arn=role.role_arn),
    )


def _disks(size: DomainSize) -> opensearch.CfnDomain.EBSOptionsProperty:
    return _Properties.EBSOptionsProperty(
        ebs_enabled=True, volume_type="gp3", volume_size=size.volume_gib
    )


def _placed(network: PlacedInNetwork, size: DomainSize) -> opensearch.CfnDomain.VPCOptionsProperty:
    """A domain has one subnet in each of its zones."""
    return _Properties.VPCOptionsProperty(
        subnet_ids=network.subnets[: size.zones], security_group_ids=[network.domain_group]
    )


def _cluster(size: DomainSize) -> opensearch.CfnDomain.ClusterConfigProperty:
    managed = size.managers > 0
    spread = size.zones > 1
    return _Properties.ClusterConfigProperty(
        instance_type=size.data_instance,
        instance_count=size.data_nodes,
        dedicated_master_enabled=managed,
        dedicated_master_count=size.managers if managed else None,
        dedicated_master_type=size.manager_instance if managed else None,
        zone_awareness_enabled=spread,
        zone_awareness_config=_Properties.ZoneAwarenessConfigProperty(
            availability_zone_count=size.zones
        )
        if spread
        else None,
        multi_az_with_standby_enabled=size.standby,
    )
