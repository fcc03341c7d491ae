"""The composition root of the function that registers products."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from typing_extensions import override

from lookalike.api.decisions.routes import decide_routes
from lookalike.api.decisions.service import Decide
from lookalike.api.duplicates.routes import find_duplicates_routes
from lookalike.api.imports.routes import manage_imports_routes
from lookalike.api.imports.service import ManageImports
from lookalike.api.products.routes import manage_products_routes
from lookalike.api.products.service import ImageDescription, ManageProducts
from lookalike.api.uploads.service import SCHEME, Uploads
from lookalike.aws.api import picture_reader, resolver
from lookalike.aws.calibration import read_calibration
from lookalike.aws.duplicates.request_parts import build_service
from lookalike.aws.imports.parts import build_imports
from lookalike.aws.reconciliation_store import DynamodbReconciliationStore
from lookalike.aws.search_allowance import CountedCheck, SearchAllowance
from lookalike.aws.settings import ProductSettings
from lookalike.aws.stores import build_storage, dynamodb_client, s3_client
from lookalike.catalogue.registration import RegisteredImage
from lookalike.duplicates.arrival import Arrivals, CheckedArrivals
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.http.pictures import PictureReader
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.shipped import build_verifier
from lookalike.storage.interfaces import Storage


class DeployedProducts(ManageProducts):
    """Treats an upload as bytes that were sent with the request.

    An upload's address is valid for a day only, so it is not stored as the product's address.

    Args:
        reader: fetches and prepares pictures.
        fingerprinter: computes fingerprints.
        storage: the stores of products and pictures.
        uploads: pictures that are too large for a request.
        arrivals: stores products that are checked before.
    """

    def __init__(
        self,
        reader: PictureReader,
        fingerprinter: PictureFingerprinter,
        storage: Storage,
        uploads: Uploads,
        arrivals: Arrivals,
    ) -> None:
        super().__init__(reader, fingerprinter, storage, time.time, arrivals)
        self._uploads = uploads

    @override
    def read_image(self, image: ImageDescription) -> RegisteredImage:
        source = image.source
        if isinstance(source, str) and source.startswith(SCHEME):
            image = replace(image, source=self._uploads.read(source))
        return super().read_image(image)


def manage_products(
    settings: ProductSettings,
    fingerprinter: PictureFingerprinter,
    decoder: Callable[[bytes], PreparedPicture],
) -> APIGatewayRestResolver:
    """The resolver for requests about products, decisions, imports and duplicates.

    Raises:
        SettingInvalidError: the calibration cannot be used.
    """
    client = dynamodb_client()
    uploads = Uploads(s3_client(), settings.uploads_bucket)
    reader = picture_reader(uploads, decoder, allow_private_hosts=settings.allow_private_hosts)
    reconciliations = DynamodbReconciliationStore(client, settings.imports_table)
    storage = build_storage(client, settings, reconciliations.drift)
    verifier = build_verifier(read_calibration(settings), fingerprinter.network)
    allowance = SearchAllowance(client, settings.imports_table, settings.further_searches)
    check = CountedCheck(storage, verifier, allowance)
    arrivals = CheckedArrivals(storage, check, time.time)
    service = DeployedProducts(reader, fingerprinter, storage, uploads, arrivals)
    decisions = decide_routes(Decide(storage, time.time))
    runner = build_imports(settings, settings.imports_bucket, settings.imports_machine)
    imports = manage_imports_routes(ManageImports(runner, storage.imports, time.time))
    duplicates = find_duplicates_routes(
        build_service(settings, storage, settings.imports_bucket, settings.duplicates_machine)
    )
    routers = [manage_products_routes(service), decisions, imports, duplicates]
    return resolver(routers, settings.cors_origin)
