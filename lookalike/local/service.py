"""Builds the whole service on one machine."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from threading import Event

from aws_lambda_powertools.event_handler.api_gateway import Router

from lookalike import __version__
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
from lookalike.api.imports.routes import manage_imports_routes
from lookalike.api.imports.service import ManageImports
from lookalike.api.metrics.routes import metrics_routes
from lookalike.api.products.routes import manage_products_routes
from lookalike.api.products.service import ManageProducts
from lookalike.api.search.routes import search_by_looks_routes
from lookalike.api.search.service import SearchByLooks
from lookalike.api.status.routes import service_status_routes
from lookalike.api.thumbnails.routes import thumbnails_routes
from lookalike.cores import usable_cores
from lookalike.duplicates.arrival import CheckedArrivals
from lookalike.fingerprint.network import Network
from lookalike.http.pictures import PictureReader
from lookalike.http.roles import METRICS, ROLES
from lookalike.images.fetching.connections import Connections
from lookalike.images.isolation.pool import DecodePool
from lookalike.local.arrivals import arrival_policy
from lookalike.local.background_embedding import BackgroundEmbedding
from lookalike.local.components import build_status, stoppable_reader
from lookalike.local.data_folder import lock_for_service, open_storage, read_calibration
from lookalike.local.duplicates.background_duplicates import BackgroundDuplicates
from lookalike.local.duplicates.comparison_pool import comparison_pool
from lookalike.local.duplicates.search import DuplicateSearch
from lookalike.local.event_sweep import EventSweep
from lookalike.local.http_server.access import OPEN, Access
from lookalike.local.http_server.asgi import THREADS, AsgiApplication, RequestLimits
from lookalike.local.http_server.concurrent_resolver import build_resolver
from lookalike.local.http_server.download_limit import LimitedFetcher
from lookalike.local.http_server.picture_files import picture_file_routes
from lookalike.local.imports.background_imports import BackgroundImports
from lookalike.local.imports.catalogue_import import catalogue_import
from lookalike.local.imports.previews import CataloguePreviews
from lookalike.local.measurements import (
    catalogue_measurements,
    event_measurements,
    load_measurements,
)
from lookalike.local.memory import return_freed_memory
from lookalike.local.metrics import Metrics
from lookalike.local.overload.permits import Permits
from lookalike.local.overload.permitted import (
    LONG_WAIT,
    PermittedCheck,
    PermittedFingerprinter,
    PermittedMatcher,
    PermittedSearch,
)
from lookalike.local.settings import LocalSettings
from lookalike.local.webhooks.posting import WebhookPoster
from lookalike.local.webhooks.sender import WebhookSender
from lookalike.matching.shipped import build_matcher, build_verifier
from lookalike.search.embedding import MissingEmbeddings
from lookalike.search.models.registry import Models, read_models
from lookalike.storage.sqlite.storage import EmbeddedStorage

THREADS_PER_CORE = 4
"""So that the half that one client may have is enough for all cores of a large machine."""


@contextmanager
def service(settings: LocalSettings) -> Iterator[AsgiApplication]:
    """Build the whole service; everything that it opens or runs ends with the block.

    Slow picture servers do not hold up callers who send their picture along: at most
    ``MAX_DOWNLOADS`` threads wait for downloads, whatever single requests and batches name.
    Further downloads are refused (429) at once, and the other half of the threads stays free.

    Pictures are decoded in processes that start in the background, and end with the block.

    As many requests compute at once as there are cores. Others wait for seconds at most, and those
    whose clients have gone are dropped. Clients take turns, and none has all threads or downloads.

    After a stop no download begins, and a running one ends within 10 seconds. Computations that
    are still waiting at the end of the block are dropped.
    """
    return_freed_memory()
    with ExitStack() as stack:
        storage = stack.enter_context(_storage(settings))
        imports = stack.enter_context(_imports(settings, storage))
        duplicates = stack.enter_context(_duplicates(settings, storage))
        stopped = Event()
        web = LimitedFetcher(settings.web_fetcher())
        permits = Permits(usable_cores())
        decoders = stack.enter_context(closing(DecodePool(usable_cores() + 1)))
        permit = partial(permits.permit, begun=False)
        reader = stoppable_reader(web, stopped, permit, decoders.prepare)
        network, models = Network.load(), read_models(settings.data)
        stack.enter_context(_embedding(MissingEmbeddings(storage, models, network)))
        routers = _routers(settings, storage, imports, duplicates, reader, permits, network, models)
        load = load_measurements(lambda: application.waiting, permits, decoders)
        events = event_measurements(storage)
        metrics = Metrics([*load, *catalogue_measurements(storage), *events])
        application = _application(settings, storage, routers, permits, metrics, web)
        stack.callback(application.close)
        stack.callback(stopped.set)
        decoders.start()
        yield application


@contextmanager
def _storage(settings: LocalSettings) -> Iterator[EmbeddedStorage]:
    """Open the storage, which no other service may use until the end of the block.

    Events are sent to webhooks meanwhile, and old ones are swept.
    """
    with (
        closing(open_storage(settings.data, durable=settings.durable)) as storage,
        lock_for_service(settings.data),
        closing(EventSweep(storage.events, settings.keep_events, time.time)) as sweep,
        closing(_sender(settings, storage)) as sender,
    ):
        sweep.open()
        sender.open()
        yield storage


def _sender(settings: LocalSettings, storage: EmbeddedStorage) -> WebhookSender:
    """Build what sends events to webhooks."""
    connections = Connections(allow_private_hosts=settings.allow_private_webhooks)
    return WebhookSender(storage.webhooks, WebhookPoster(connections))


def _application(  # noqa: PLR0913, PLR0917 - what it stands on
    settings: LocalSettings,
    storage: EmbeddedStorage,
    routers: Iterable[Router],
    permits: Permits,
    metrics: Metrics,
    web: LimitedFetcher,
) -> AsgiApplication:
    """Build what takes requests, counts them and answers those that may be asked."""
    application = AsgiApplication(
        build_resolver([*routers, metrics_routes(metrics.text)], __version__),
        limits=RequestLimits(threads=max(THREADS, THREADS_PER_CORE * usable_cores())),
        allowed_hosts=settings.allowed_hosts,
        expected_wait=permits.expected_wait,
        on_stop=web.close,
        access=_access(settings, storage),
        on_end=metrics.count,
    )
    application.trust(settings.trusted_proxies)
    return application


def _access(settings: LocalSettings, storage: EmbeddedStorage) -> Access:
    """Build what says who may ask for what."""
    if not settings.with_keys:
        return OPEN
    return Access(storage.api_keys.all, {**ROLES, METRICS: settings.metrics_role})


@contextmanager
def _imports(settings: LocalSettings, storage: EmbeddedStorage) -> Iterator[list[Router]]:
    """Build the routes of imports; the thread that loads, and its workers, end with the block."""
    with catalogue_import(storage, settings) as loader:
        runs = BackgroundImports(
            settings.data / "imports",
            storage,
            loader,
            time.time,
            kept=settings.keep_imports,
            policy=partial(arrival_policy, storage, settings),
        )
        runs.open()
        with closing(runs):
            manage = manage_imports_routes(ManageImports(runs, storage.imports, time.time))
            yield [manage, preview_imports_routes(CataloguePreviews(storage, loader, time.time))]


@contextmanager
def _duplicates(
    settings: LocalSettings, storage: EmbeddedStorage
) -> Iterator[BackgroundDuplicates]:
    """Build what searches for duplicates; its thread and its workers end with the block."""
    calibration = read_calibration(settings.data)
    with closing(comparison_pool(settings.data, calibration)) as pool:
        search = DuplicateSearch(storage, pool, calibration)
        runs = BackgroundDuplicates(storage, search, time.time, kept=settings.keep_imports)
        runs.open()
        with closing(runs):
            yield runs


@contextmanager
def _embedding(missing: MissingEmbeddings) -> Iterator[None]:
    """Embed what is missing in the background; its thread ends with the block."""
    background = BackgroundEmbedding(missing)
    background.open()
    with closing(background):
        yield


def _routers(  # noqa: PLR0913, PLR0917 - what the routes stand on
    settings: LocalSettings,
    storage: EmbeddedStorage,
    imports: Iterable[Router],
    duplicates: BackgroundDuplicates,
    reader: PictureReader,
    permits: Permits,
    network: Network,
    models: Models,
) -> list[Router]:
    computes = PermittedFingerprinter(network, permits, models.registered)
    calibration = read_calibration(settings.data)
    shipped = build_matcher(storage, computes, calibration)
    check = PermittedCheck(storage, build_verifier(calibration, computes.network), permits)
    arrivals = CheckedArrivals(storage, check, time.time)
    search = PermittedSearch(storage, models, network, permits)
    fast_from = LONG_WAIT if settings.fast_when_busy else math.inf
    matcher = PermittedMatcher(shipped, permits, fast_from)
    storage.vectors.count()  # reads the index now, not at the first check
    routers = [
        find_similar_routes(FindSimilar(reader, matcher, search)),
        compare_images_routes(CompareImages(reader, matcher)),
        manage_products_routes(ManageProducts(reader, computes, storage, time.time, arrivals)),
        *imports,
        find_duplicates_routes(FindDuplicates(duplicates, storage.duplicates, storage, time.time)),
        decide_routes(Decide(storage, time.time)),
        search_by_looks_routes(SearchByLooks(reader, search)),
        service_status_routes(build_status(storage)),
        list_events_routes(storage.events),
        thumbnails_routes(storage.pictures, partial(permits.permit, begun=True)),
    ]
    if (folder := settings.folder_fetcher()) is not None:
        routers.append(picture_file_routes(folder))
    return routers
