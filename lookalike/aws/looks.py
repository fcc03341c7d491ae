"""Searches by looks of a deployment: for each of its models, an index on OpenSearch.

A deployment with a small index alone has none: the embeddings of a million pictures are a gigabyte,
which every function that answers would have to hold beside the hashes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lookalike.aws.settings import FunctionSettings
from lookalike.aws.stores import build_tables, dynamodb_client, index_retries
from lookalike.search.models.settings import SearchSettings
from lookalike.search.models.version import space_of
from lookalike.storage.embeddings import EmbeddingSpace, Quantisation
from lookalike.storage.index_kind import IndexKind
from lookalike.storage.looks_index import LooksIndex
from lookalike.storage.opensearch.client import connect
from lookalike.storage.opensearch.looks import OpenSearchLooks
from lookalike.sync.looks_reconciler import LooksReconciler
from lookalike.sync.product_sync import ProductSync

BUILT_IN = SearchSettings()
"""The models of a deployment whose environment names none."""


def deployed_spaces(
    models: SearchSettings = BUILT_IN, quantisation: Quantisation = Quantisation.FLOAT16
) -> Mapping[str, EmbeddingSpace]:
    """The embeddings that a deployment keeps, and how their indices keep them, by model.

    Args:
        models: of the deployment.
        quantisation: of all its indices; that of a model is for one machine.
    """
    spaces = {name: space_of(name, each) for name, each in models.models.items()}
    return {name: replace(each, quantisation=quantisation) for name, each in spaces.items()}


def deployed_space(quantisation: Quantisation = Quantisation.FLOAT16) -> EmbeddingSpace:
    """The embeddings of a deployment whose environment names no models."""
    return deployed_spaces(BUILT_IN, quantisation)[BUILT_IN.default]


def build_looks_indices(
    settings: FunctionSettings, *, in_background: bool = False
) -> Sequence[LooksIndex]:
    """The indices of products by looks, one for each model; empty: this deployment has none.

    Args:
        settings: where the indices are.
        in_background: whether no caller waits for them.

    Raises:
        SettingInvalidError: the address of the search service cannot be used.
    """
    endpoint = settings.opensearch_endpoint
    if IndexKind.OPENSEARCH not in settings.indices or endpoint is None:
        return []
    retries = index_retries(settings.opensearch_service, in_background=in_background)
    client = connect(endpoint, settings.opensearch_service)
    spaces = deployed_spaces(settings.search_models, settings.looks_quantisation)
    return [
        OpenSearchLooks(client, space, settings.looks_alias, retries=retries)
        for space in spaces.values()
    ]


def build_product_sync(settings: FunctionSettings) -> ProductSync | None:
    """What keeps these indices in step; ``None``: there are none."""
    indices = build_looks_indices(settings, in_background=True)
    if not indices:
        return None
    products, pictures = build_tables(dynamodb_client(), settings)
    return ProductSync(products, pictures, *indices)


def build_looks_reconciler(settings: FunctionSettings) -> LooksReconciler | None:
    """What reconciles these indices; ``None``: there are none."""
    indices = build_looks_indices(settings, in_background=True)
    if not indices:
        return None
    products, pictures = build_tables(dynamodb_client(), settings)
    return LooksReconciler(products, indices, ProductSync(products, pictures, *indices))
