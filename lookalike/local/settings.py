"""The settings of the service and of imports on one machine."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

from lookalike.catalogue.web_revision import REFRESH_AFTER
from lookalike.cores import usable_cores
from lookalike.errors import BadParameterError
from lookalike.images.fetching.connections import Connections
from lookalike.images.fetching.fetcher import CatalogueFetcher, ImageFetcher
from lookalike.images.fetching.folder import FolderFetcher
from lookalike.images.fetching.robots import ObedientFetcher, Robots
from lookalike.images.fetching.web import WebFetcher
from lookalike.storage.api_keys import Role

DAY = 24 * 60 * 60.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """Settings that the operator of one machine decides on.

    Attributes:
        data: the data folder, which holds the storage; it is created where it is absent.
        images_root: the folder that paths in catalogues start from; ``None`` allows web addresses
            only.
        allow_private_hosts: whether pictures may be fetched from this machine and its network.
        allowed_hosts: names that the service is known by, beside its addresses and localhost.
        durable: whether every commit waits for the disk, so that a power cut loses nothing.
        refresh_after: seconds after which imports ask again for a picture at a web address.
        keep_imports: seconds that import runs and their refused rows are kept after their end.
        keep_events: seconds that events are kept.
        trusted_proxies: addresses and networks whose ``X-Forwarded-For`` says who the client is.
        fast_when_busy: whether checks that name no effort are answered with the least one while
            the queue is long.
        allow_private_webhooks: whether events may be sent to this machine and its network.
        with_keys: whether API keys are needed once one was made.
        metrics_role: that ``/metrics`` needs where keys are needed; ``None``: no key.
        obey_robots_txt: whether imports fetch only pictures that the robots.txt of their hosts
            allows.

    Raises:
        BadParameterError: a proxy is neither an address nor a network.
    """

    data: Path
    images_root: Path | None = None
    allow_private_hosts: bool = False
    allowed_hosts: tuple[str, ...] = ()
    durable: bool = False
    keep_imports: float = 30 * DAY
    keep_events: float = 30 * DAY
    refresh_after: float = REFRESH_AFTER
    trusted_proxies: tuple[str, ...] = ()
    fast_when_busy: bool = False
    allow_private_webhooks: bool = False
    with_keys: bool = True
    metrics_role: Role | None = Role.ADMIN
    obey_robots_txt: bool = False

    def __post_init__(self) -> None:
        """Refuse what no proxy has as its address."""
        for proxy in self.trusted_proxies:
            _require_network(proxy)

    def fetcher(self) -> CatalogueFetcher:
        """Build what fetches the pictures of a catalogue.

        As a bound method of a plain value, it can be sent to a worker process.
        """
        return CatalogueFetcher(self._polite_fetcher(), self.folder_fetcher())

    def web_fetcher(self) -> WebFetcher:
        """Build what fetches pictures from the web."""
        return WebFetcher(self._connections())

    def _polite_fetcher(self) -> ImageFetcher:
        """Fetches from the web, in each of the processes on all cores, as its hosts allow."""
        if not self.obey_robots_txt:
            return self.web_fetcher()
        connections = self._connections()
        robots = Robots(connections, sharing=usable_cores())
        web = WebFetcher(connections, before_redirect=robots.require_allowed)
        return ObedientFetcher(web, robots)

    def _connections(self) -> Connections:
        return Connections(allow_private_hosts=self.allow_private_hosts)

    def folder_fetcher(self) -> FolderFetcher | None:
        """Build what reads pictures below ``images_root``; ``None`` where there is no root."""
        return FolderFetcher(self.images_root) if self.images_root else None


def _require_network(text: str) -> None:
    try:
        ip_network(text)
    except ValueError as error:
        raise BadParameterError(
            f"{text!r} is no address or network of a proxy: write 10.0.0.7 or 10.0.0.0/24."
        ) from error
