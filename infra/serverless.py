"""The vector index on an OpenSearch Serverless collection, which has no machines to size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_opensearchserverless as aoss
from constructs import Construct

from infra.environments import Environment
from infra.log_groups import removal_policy
from infra.search_access import ACCESS, EVERY_INDEX, search_name


class Collection(Construct):
    """An encrypted vector collection that each role may access as its function needs.

    Attributes:
        name: name of the collection.
        endpoint: host, without scheme.
    """

    def __init__(  # noqa: PLR0913 - who may access it, and how it is encrypted
        self,
        scope: Construct,
        construct_id: str,
        environment: Environment,
        administrator: iam.IRole,
        callers: Mapping[str, iam.IRole],
        *,
        key: kms.IKey | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.name = search_name(environment)
        self._administrator = administrator
        before = [*self._security_policies(key), *self._data_policies(callers)]
        standby = "ENABLED" if environment.keeps_data else "DISABLED"
        # Collections outside such a group refuse documents with custom ids.
        group = aoss.CfnCollectionGroup(
            self, "Group", name=self.name, generation="NEXTGEN", standby_replicas=standby
        )
        collection = aoss.CfnCollection(
            self,
            "Collection",
            name=self.name,
            type="VECTORSEARCH",
            collection_group_name=group.name,
            standby_replicas=standby,
        )
        collection.node.add_dependency(*before, group)
        collection.apply_removal_policy(removal_policy(environment))
        # No attribute holds only the host.
        region = Stack.of(self).region
        self.endpoint = f"{collection.attr_id}.{region}.aoss.amazonaws.com"

    def _security_policies(self, key: kms.IKey | None) -> list[Construct]:
        """Encryption at rest, and access over TLS from anywhere: requests must be signed."""
        rule = {"ResourceType": "collection", "Resource": [f"collection/{self.name}"]}
        owned = {"AWSOwnedKey": True} if key is None else {"KmsARN": key.key_arn}
        encryption = {"Rules": [rule], **owned}
        network = [{"Rules": [rule], "AllowFromPublic": True}]
        return [
            aoss.CfnSecurityPolicy(
                self,
                kind,
                name=f"{self.name}-{kind}",
                type=kind,
                policy=Stack.of(self).to_json_string(policy),
            )
            for kind, policy in (("encryption", encryption), ("network", network))
        ]

    def _data_policies(self, callers: Mapping[str, iam.IRole]) -> list[Construct]:
        administrator = self._grant(self._administrator, ["aoss:*"], EVERY_INDEX)
        # Aliases and templates belong to the collection.
        administrator["Rules"].append(_rule("collection", f"collection/{self.name}", ["aoss:*"]))
        grants = {
            name: self._grant(role, ACCESS[name].data, ACCESS[name].indices)
            for name, role in callers.items()
        }
        return [
            aoss.CfnAccessPolicy(
                self,
                f"{name}-data",
                name=f"{self.name}-{name}".replace("_", "-")[:32],
                type="data",
                policy=Stack.of(self).to_json_string([grant]),
            )
            for name, grant in (grants | {"administrator": administrator}).items()
        ]

    def _grant(
        self, role: iam.IRole, permissions: Sequence[str], indices: Sequence[str]
    ) -> dict[str, Any]:
        resources = [f"index/{self.name}/{each}" for each in indices]
        return {
            "Principal": [role.role_arn],
            "Rules": [_rule("index", each, permissions) for each in resources],
        }


def _rule(kind: str, resource: str, permissions: Sequence[str]) -> dict[str, object]:
    return {"ResourceType": kind, "Resource": [resource], "Permission": list(permissions)}
