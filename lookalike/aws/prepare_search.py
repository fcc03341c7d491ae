"""Preparing a search service: its security roles, and a first index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field, Json

from lookalike.aws.looks import BUILT_IN, deployed_spaces
from lookalike.search.models.settings import SearchSettings
from lookalike.storage.embeddings import EmbeddingSpace, Quantisation
from lookalike.storage.opensearch.admin import IndexAdmin
from lookalike.storage.opensearch.client import Cluster, connect
from lookalike.storage.opensearch.looks_schema import LooksSettings, index_version, serverless_looks
from lookalike.storage.opensearch.schema import SERVERLESS_SETTINGS, IndexSettings
from lookalike.storage.opensearch.service import LOOKS_BASE, OpenSearchService
from lookalike.storage.retries import RetryPolicy

_SECURITY = "/_plugins/_security/api"
_RETRIES = RetryPolicy(timeout=30, deadline=60, first_pause=1, longest_pause=10)
"""All retries end before the function's timeout; the deployment then calls the function again."""


class SecurityRole(BaseModel):
    """A role of the security plugin, and the IAM role whose callers get it."""

    iam_role: str = Field(description="Its ARN.")
    definition: Mapping[str, Any] = Field(description="Permissions of cluster and indices.")


class Preparation(BaseModel):
    """The wanted state. CloudFormation passes only texts, so roles are JSON."""

    endpoint: str = Field(alias="Endpoint", description="URL of the search service.")
    service: OpenSearchService = Field(
        alias="Service", description="The service that requests are signed for."
    )
    version: str = Field(alias="Version", description="Algorithm version.")
    replicas: int = Field(alias="Replicas", description="Replicas of each shard.")
    looks_quantisation: Quantisation = Field(
        Quantisation.FLOAT16,
        alias="LooksQuantisation",
        description="Of the vectors of the indices by looks.",
    )
    looks_models: Json[SearchSettings] = Field(
        BUILT_IN, alias="LooksModels", description="The models that have such an index."
    )
    roles: Json[dict[str, SecurityRole]] = Field(
        alias="Roles", description="By name; none where the service has no security plugin."
    )


def prepare(preparation: Preparation) -> None:
    """Create roles and, where none serves, an index of each kind. Twice is the same as once.

    A serving index is left unchanged: `lookalike index` creates others and switches.

    Raises:
        StorageUnavailableError: the service does not answer, or denies access.
        StorageInvalidError: it refuses a request as wrong.
    """
    client = connect(preparation.endpoint, preparation.service)
    cluster = Cluster(client, _RETRIES)
    for name, role in preparation.roles.items():
        mapping = {"backend_roles": [role.iam_role]}
        cluster.request("PUT", f"{_SECURITY}/roles/{name}", dict(role.definition))
        cluster.request("PUT", f"{_SECURITY}/rolesmapping/{name}", mapping)
    pictures = IndexAdmin(client, preparation.version, retries=_RETRIES)
    _create_first(pictures, _of_pictures(preparation))
    spaces = deployed_spaces(preparation.looks_models, preparation.looks_quantisation)
    for space in spaces.values():
        looks = IndexAdmin(client, index_version(space), LOOKS_BASE, retries=_RETRIES)
        _create_first(looks, _of_looks(preparation, space))


def _of_pictures(preparation: Preparation) -> IndexSettings:
    """The settings of an index of pictures."""
    if preparation.service is OpenSearchService.SERVERLESS:
        return SERVERLESS_SETTINGS
    return IndexSettings(replicas=preparation.replicas)


def _of_looks(preparation: Preparation, space: EmbeddingSpace) -> LooksSettings:
    """The settings of an index of products by looks."""
    if preparation.service is OpenSearchService.SERVERLESS:
        return serverless_looks(space)
    return LooksSettings.of(space, replicas=preparation.replicas)


def _create_first(admin: IndexAdmin, settings: IndexSettings) -> None:
    if admin.serving_index() is None:
        admin.create(settings)
