"""Where an index is that only a network of yours reaches, and what may reach it."""

from __future__ import annotations

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.environments import Network

HTTPS = 443


class PlacedInNetwork(Construct):
    """Security groups of the domain and of the functions that use it.

    Attributes:
        subnets: ids of the subnets.
        domain_group: id of the group of the domain, which answers https within the network.
        function_group: id of the group of functions, which nobody reaches.
    """

    def __init__(self, scope: Construct, construct_id: str, network: Network) -> None:
        super().__init__(scope, construct_id)
        self.subnets = list(network.subnets)
        within = ec2.CfnSecurityGroup.IngressProperty(
            ip_protocol="tcp",
            from_port=HTTPS,
            to_port=HTTPS,
            cidr_ip=network.cidr,
            description="Functions and operators within the network",
        )
        domain = ec2.CfnSecurityGroup(
            self,
            "Domain",
            vpc_id=network.vpc,
            group_description="Lookalike: the index",
            security_group_ingress=[within],
        )
        functions = ec2.CfnSecurityGroup(
            self,
            "Functions",
            vpc_id=network.vpc,
            group_description="Lookalike: functions that use the index",
        )
        self.domain_group = domain.attr_group_id
        self.function_group = functions.attr_group_id

    def place(self, function: lambda_.Function) -> None:
        """Put a function into the network."""
        resource = function.node.default_child
        assert isinstance(resource, lambda_.CfnFunction)  # noqa: S101 - for the type
        resource.vpc_config = lambda_.CfnFunction.VpcConfigProperty(
            subnet_ids=self.subnets, security_group_ids=[self.function_group]
        )


def network_statement() -> iam.PolicyStatement:
    """What Lambda asks of a function's role in a network; these actions have no resources.

    (Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html)
    """
    verbs = (
        "AssignPrivateIpAddresses",
        "CreateNetworkInterface",
        "DeleteNetworkInterface",
        "DescribeNetworkInterfaces",
        "DescribeSubnets",
        "UnassignPrivateIpAddresses",
    )
    return iam.PolicyStatement(actions=[f"ec2:{verb}" for verb in verbs], resources=["*"])
