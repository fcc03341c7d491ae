"""Searches by looks of a deployment: by the built-in model, in an index on OpenSearch.

A deployment with a small index alone has none: the embeddings of a million pictures are a gigabyte,
which every function that answers would have to hold beside the hashes.
"""

from __future__ import annotations

from lookalike.aws.settings import FunctionSettings
from lookalike.aws.stores import build_tables, dynamodb_client, index_retries
from lookalike.search.models.settings import BuiltInSettings
from lookalike.search.models.version import built_in_space
from lookalike.storage.embeddings import EmbeddingSpace, Quantisation
from lookalike.storage.index_kind import IndexKind
from lookalike.storage.opensearch.client import connect
from lookalike.storage.opensearch.looks import OpenSearchLooks
from lookalike.sync.looks_reconciler import LooksReconciler
from lookalike.sync.product_sync import ProductSync


def deployed_space(quantisation: Quantisation = Quantisation.FLOAT16) -> EmbeddingSpace:
    """The embeddings that a deployment keeps, and how its index keeps them."""
    return built_in_space(BuiltInSettings(quantisation=quantisation))


def build_looks_index(
    settings: FunctionSettings, *, in_background: bool = False
) -> OpenSearchLooks | None:
    """The index of products by looks; ``None``: this deployment has none.

    Args:
        settings: where the index is.
        in_background: whether no caller waits for it.

    Raises:
        SettingInvalidError: the address of the search service cannot be used.
    """
    endpoint = settings.opensearch_endpoint
    if IndexKind.OPENSEARCH not in settings.indices or endpoint is None:
        return None
    retries = index_retries(settings.opensearch_service, in_background=in_background)
    client = connect(endpoint, settings.opensearch_service)
    space = deployed_space(settings.looks_quantisation)
    return OpenSearchLooks(client, space, settings.looks_alias, retries=retries)


def build_product_sync(settings: FunctionSettings) -> ProductSync | None:
    """What keeps that index in step; ``None``: there is none."""
    index = build_looks_index(settings, in_background=True)
    if index is None:
        return None
    products, pictures = build_tables(dynamodb_client(), settings)
    return ProductSync(products, pictures, index)


def build_looks_reconciler(settings: FunctionSettings) -> LooksReconciler | None:
    """What reconciles that index; ``None``: there is none."""
    index = build_looks_index(settings, in_background=True)
    if index is None:
        return None
    products, pictures = build_tables(dynamodb_client(), settings)
    return LooksReconciler(products, index, ProductSync(products, pictures, index))
