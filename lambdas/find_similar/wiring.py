"""The composition root of the function that answers checks, comparisons, status and uploads."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.api_gateway import Router

from lookalike.api.compare.routes import compare_images_routes
from lookalike.api.compare.service import CompareImages
from lookalike.api.decisions.routes import decide_routes
from lookalike.api.decisions.service import Decide
from lookalike.api.duplicates.routes import find_duplicates_routes
from lookalike.api.duplicates.service import FindDuplicates
from lookalike.api.events.routes import list_events_routes
from lookalike.api.find_similar.routes import find_similar_routes
from lookalike.api.find_similar.service import FindSimilar
from lookalike.api.imports.preview_routes import preview_imports_routes
from lookalike.api.imports.previewer import ImportPreviewer
from lookalike.api.imports.routes import manage_imports_routes
from lookalike.api.imports.runner import ImportRunner
from lookalike.api.imports.service import ManageImports
from lookalike.api.metrics.absent import absent_metrics_routes
from lookalike.api.products.routes import manage_products_routes
from lookalike.api.products.service import ManageProducts
from lookalike.api.search.absent import absent_search_routes
from lookalike.api.search.routes import search_by_looks_routes
from lookalike.api.search.service import SearchByLooks
from lookalike.api.status.deployed import DeployedStatus
from lookalike.api.status.routes import deployed_status_routes
from lookalike.api.thumbnails.routes import thumbnails_routes
from lookalike.api.uploads.routes import manage_uploads_routes
from lookalike.api.uploads.service import Uploads
from lookalike.aws.api import picture_decoder, picture_reader, release, resolver
from lookalike.aws.calibration import read_calibration
from lookalike.aws.duplicates.request_parts import build_service
from lookalike.aws.entry_point import is_snapshotted
from lookalike.aws.imports.parts import build_imports
from lookalike.aws.imports.previews import build_previews
from lookalike.aws.looks import build_looks_indices
from lookalike.aws.models import build_models, load_files
from lookalike.aws.reconciliation_store import DynamodbReconciliationStore
from lookalike.aws.search_allowance import SearchAllowance
from lookalike.aws.settings import CheckSettings
from lookalike.aws.stores import (
    build_storage,
    dynamodb_client,
    embeddings_of_table,
    s3_client,
)
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.http.contract import document
from lookalike.http.pages import page_routes
from lookalike.http.pictures import PictureReader
from lookalike.matching.catalogue_matcher import CatalogueMatcher
from lookalike.matching.geometric_verifier import GeometricVerifier
from lookalike.matching.matcher import Matcher
from lookalike.search.looks import LooksSearch
from lookalike.search.ranked_products import RankedProducts
from lookalike.storage.interfaces import Storage
from lookalike.verification.classifier import Classifier


@dataclass(frozen=True, slots=True)
class Parts:
    """The services and stores behind the routes."""

    reader: PictureReader
    fingerprinter: PictureFingerprinter
    matcher: Matcher
    storage: Storage
    status: DeployedStatus
    uploads: Uploads
    previews: ImportPreviewer
    imports: ImportRunner
    duplicates: FindDuplicates
    looks: LooksSearch | None = None
    note_search: Callable[[], None] = lambda: None


def build_parts(settings: CheckSettings) -> Parts:
    """Build the parts; this loads the models that a snapshot is to have.

    Raises:
        SettingInvalidError: the calibration or a model cannot be used.
        ModelAwayError: the file of a model cannot be fetched for the snapshot.
    """
    client = dynamodb_client()
    reconciliations = DynamodbReconciliationStore(client, settings.imports_table)
    # Stored pictures never change, and the index shows them later than every replica of the table.
    storage = build_storage(client, settings, reconciliations.drift, consistent=False)
    uploads = Uploads(s3_client(), settings.uploads_bucket)
    fingerprinter = PictureFingerprinter(Network.load())
    verifier = GeometricVerifier(
        fingerprinter.network, Classifier.shipped(), read_calibration(settings)
    )
    return Parts(
        reader=picture_reader(
            uploads, picture_decoder(), allow_private_hosts=settings.allow_private_hosts
        ),
        fingerprinter=fingerprinter,
        matcher=CatalogueMatcher(storage, fingerprinter, verifier),
        storage=storage,
        status=DeployedStatus(
            reconciliations.last, storage.vectors, fingerprinter.version, release(), time.time
        ),
        uploads=uploads,
        previews=build_previews(storage),
        imports=build_imports(settings, bucket="", machine=""),  # the contract describes it
        duplicates=build_service(settings, storage, bucket="", machine=""),  # as above
        looks=_looks(settings, storage, fingerprinter.network),
        note_search=SearchAllowance(client, settings.imports_table, settings.further_searches).take,
    )


def _looks(settings: CheckSettings, storage: Storage, network: Network) -> LooksSearch | None:
    indices = build_looks_indices(settings)
    if not indices:
        return None
    models = build_models(settings)
    if is_snapshotted():
        load_files(models)
    refusal = embeddings_of_table(dynamodb_client(), settings.pictures_table).refusal
    ranking = RankedProducts(storage.products, storage.pictures, *indices, refusal=refusal)
    return LooksSearch(ranking, models, network)


def find_similar(parts: Parts, cors_origin: str | None) -> APIGatewayRestResolver:
    """The resolver for all requests but those of the other function."""
    pages = page_routes(lambda: document(_whole_api(parts), release(), requires_key=True))
    return resolver([*_routers(parts), pages], cors_origin)


def _routers(parts: Parts) -> list[Router]:
    checks = FindSimilar(parts.reader, parts.matcher, parts.looks, parts.note_search)
    return [
        find_similar_routes(checks),
        compare_images_routes(CompareImages(parts.reader, parts.matcher)),
        deployed_status_routes(parts.status),
        manage_uploads_routes(parts.uploads),
        preview_imports_routes(parts.previews),
        absent_metrics_routes(),
        list_events_routes(parts.storage.events),
        thumbnails_routes(parts.storage.pictures),
        _search_routes(parts),
    ]


def _search_routes(parts: Parts) -> Router:
    if parts.looks is None:
        return absent_search_routes()
    return search_by_looks_routes(SearchByLooks(parts.reader, parts.looks))


def _whole_api(parts: Parts) -> APIGatewayRestResolver:
    """The resolver with the routes of the other function, for the OpenAPI contract."""
    products = ManageProducts(parts.reader, parts.fingerprinter, parts.storage, time.time)
    decisions = decide_routes(Decide(parts.storage, time.time))
    imports = manage_imports_routes(ManageImports(parts.imports, parts.storage.imports, time.time))
    duplicates = find_duplicates_routes(parts.duplicates)
    others = [manage_products_routes(products), decisions, imports, duplicates]
    return resolver([*_routers(parts), *others])
