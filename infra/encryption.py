"""A key of the account, where an environment asks for one."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.environments import Environment
from infra.log_groups import removal_policy


def customer_key(scope: Construct, construct_id: str, environment: Environment) -> kms.Key | None:
    """The key that encrypts tables, buckets and the index; ``None``: keys of AWS do.

    It is renewed every year. Deleting it makes all that it encrypts unreadable, backups included.
    """
    if not environment.customer_key:
        return None
    return kms.Key(
        scope,
        construct_id,
        description=f"Lookalike ({environment.name}): tables, buckets and the index.",
        enable_key_rotation=True,
        removal_policy=removal_policy(environment),
    )


def key_statements(key: kms.IKey | None) -> list[iam.PolicyStatement]:
    """What a role needs to read and write what the key encrypts."""
    if key is None:
        return []
    actions = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
    return [iam.PolicyStatement(actions=actions, resources=[key.key_arn])]
