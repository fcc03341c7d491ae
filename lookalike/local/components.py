"""Builds the parts that the service and the commands of one machine share."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from contextlib import AbstractContextManager, nullcontext, suppress
from threading import Event

from lookalike import __version__
from lookalike.api.status.service import ServiceStatus
from lookalike.cores import usable_cores
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.http.pictures import PictureReader
from lookalike.http.problems import StoppingError
from lookalike.images.fetching.connections import Connections
from lookalike.images.fetching.fetcher import CatalogueFetcher, ImageFetcher
from lookalike.images.fetching.web import WebFetcher
from lookalike.images.preparation import PreparedPicture, prepare
from lookalike.storage.interfaces import Storage


def build_reader(*, allow_private_hosts: bool) -> PictureReader:
    """Build what reads the pictures that callers send or name, never files of this machine."""
    return stoppable_reader(
        WebFetcher(Connections(allow_private_hosts=allow_private_hosts)), Event()
    )


def stoppable_reader(
    web: ImageFetcher,
    stopped: Event,
    permit: Callable[[], AbstractContextManager[None]] = nullcontext,
    prepare: Callable[[bytes], PreparedPicture] = prepare,
) -> PictureReader:
    """Build a reader that refuses pictures still waiting to be decoded once ``stopped`` is set."""

    def prepare_unless_stopped(data: bytes) -> PreparedPicture:
        if not stopped.is_set():
            with suppress(CancelledError):
                return prepare(data)
        raise StoppingError("The service is being stopped. Come back later.")

    return PictureReader(
        CatalogueFetcher(web), prepare_unless_stopped, at_once=usable_cores(), permit=permit
    )


def build_status(storage: Storage) -> ServiceStatus:
    """Build what counts a storage."""
    return ServiceStatus(storage, ALGORITHM_VERSION, __version__, time.monotonic)
