"""The composition root of the service on one machine."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from importlib import metadata
from threading import Event

from aws_lambda_powertools.event_handler.api_gateway import Router

from lookalike.api.compare.routes import compare_images_routes
from lookalike.api.compare.service import CompareImages
from lookalike.api.find_similar.routes import find_similar_routes
from lookalike.api.find_similar.service import FindSimilar
from lookalike.api.imports.routes import manage_imports_routes
from lookalike.api.imports.service import ManageImports
from lookalike.api.products.routes import manage_products_routes
from lookalike.api.products.service import ManageProducts
from lookalike.api.status.routes import service_status_routes
from lookalike.api.status.service import ServiceStatus
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.http.pictures import PictureReader
from lookalike.http.problems import StoppingError
from lookalike.images.fetching.fetcher import CatalogueFetcher, ImageFetcher
from lookalike.images.fetching.web import WebFetcher
from lookalike.images.preparation import PreparedPicture, prepare
from lookalike.local.components import LocalSettings, calibration_of, catalogue_import, open_storage
from lookalike.local.folder_lock import only_service_on
from lookalike.local.http_server.application import application
from lookalike.local.http_server.asgi import AsgiApplication
from lookalike.local.http_server.download_limit import LimitedFetcher
from lookalike.local.http_server.picture_files import picture_file_routes
from lookalike.local.imports.background_imports import BackgroundImports
from lookalike.matching.calibration import Calibration
from lookalike.matching.catalogue_matcher import CatalogueMatcher
from lookalike.matching.geometric_verifier import GeometricVerifier
from lookalike.storage.interfaces import Storage
from lookalike.storage.sqlite.storage import EmbeddedStorage
from lookalike.verification.classifier import Classifier


def version() -> str:
    """Of this program."""
    return metadata.version("lookalike")


def fingerprinter() -> PictureFingerprinter:
    """Computes fingerprints of the current version."""
    return PictureFingerprinter(Network.load())


def reader_of(*, allow_private_hosts: bool) -> PictureReader:
    """Gets and prepares the pictures that callers send or name: never files of this machine."""
    return _reader(WebFetcher(allow_private_hosts=allow_private_hosts))


def _reader(web: ImageFetcher, over: Event | None = None) -> PictureReader:
    """What still waits for its turn to be decoded when the service is over is refused."""
    ended = over or Event()

    def prepare_until_over(data: bytes) -> PreparedPicture:
        if ended.is_set():
            raise StoppingError("The service is being stopped. Come back later.")
        return prepare(data)

    return PictureReader(CatalogueFetcher(web), prepare_until_over, at_once=os.cpu_count() or 1)


def status_of(storage: Storage) -> ServiceStatus:
    """What counts a storage."""
    return ServiceStatus(storage, ALGORITHM_VERSION, version(), time.monotonic)


def matcher_of(
    storage: Storage, fingerprinter: PictureFingerprinter, calibration: Calibration | None = None
) -> CatalogueMatcher:
    """What answers checks, with percentages as they are shipped unless told otherwise."""
    weighing = calibration or Calibration.shipped()
    verifier = GeometricVerifier(fingerprinter.network, Classifier.shipped(), weighing)
    return CatalogueMatcher(storage, fingerprinter, verifier)


@contextmanager
def service(settings: LocalSettings) -> Iterator[AsgiApplication]:
    """The whole service; what it runs and keeps open ends with the block.

    Slow servers of pictures do not hold up who brings a picture along: however many addresses
    single requests and batches name, at most ``MAX_DOWNLOADS`` threads wait for downloads, what
    goes beyond is refused (429) at once, and the other half of the threads is left for the rest.

    At a stop no download begins any more, and one that runs ends within 10 seconds. Whatever waits
    to be computed at the end of the block is given up.
    """
    with ExitStack() as stack:
        storage = stack.enter_context(closing(open_storage(settings)))
        stack.enter_context(only_service_on(settings.data))
        loader = stack.enter_context(catalogue_import(storage, settings))
        imports = BackgroundImports(settings.data / "imports", storage, loader, time.time)
        imports.open()
        stack.callback(imports.close)
        over = Event()
        web = LimitedFetcher(WebFetcher(allow_private_hosts=settings.allow_private_hosts))
        routers = _routers(settings, storage, imports, _reader(web, over))
        made = application(routers, version(), on_stop=web.close)
        stack.callback(made.close)
        stack.callback(over.set)
        yield made


def _routers(
    settings: LocalSettings,
    storage: EmbeddedStorage,
    imports: BackgroundImports,
    reader: PictureReader,
) -> list[Router]:
    computes = fingerprinter()
    matcher = matcher_of(storage, computes, calibration_of(settings.data))
    storage.vectors.count()  # reads the index now, not at the first check
    routers = [
        find_similar_routes(FindSimilar(reader, matcher)),
        compare_images_routes(CompareImages(reader, matcher)),
        manage_products_routes(ManageProducts(reader, computes, storage, time.time)),
        manage_imports_routes(ManageImports(imports, storage.imports, time.time)),
        service_status_routes(ServiceStatus(storage, ALGORITHM_VERSION, version(), time.monotonic)),
    ]
    if (folder := settings.folder_fetcher()) is not None:
        routers.append(picture_file_routes(folder))
    return routers
