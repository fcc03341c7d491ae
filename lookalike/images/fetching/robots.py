"""Fetches pictures as the robots.txt of their hosts allows.

What answers for a robots.txt (RFC 9309, section 2.3.1): where there is none, or the host does not
hand it out, everything is allowed; while it cannot be reached, nothing is.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from typing_extensions import override

from lookalike.errors import ImageError, ImageUnreachableError, ImageUrlError, TransientError
from lookalike.images.fetching.connections import Connections
from lookalike.images.fetching.fetcher import GuardedFetcher, ImageFetcher
from lookalike.images.fetching.robots_rules import RobotsRules
from lookalike.images.fetching.web import FetchLimits, WebFetcher
from lookalike.images.fetching.web_address import WebAddress, parse

MAX_HOSTS = 1_000
"""Hosts whose rules are kept; those that were not asked for longest are forgotten."""
KEPT_SECONDS = 3_600.0
"""Until a robots.txt is asked for again. RFC 9309 allows a day."""
UNREACHABLE_SECONDS = 60.0
"""The same where it could not be reached."""
MAX_CRAWL_DELAY = 10.0
"""Seconds. A longer ``Crawl-delay``, which is no part of RFC 9309, counts as this one."""
_LIMITS = FetchLimits(total_seconds=5.0, max_bytes=2_000_000, max_redirects=5)


class RobotsDisallowedError(ImageUrlError):
    """The robots.txt of the host does not allow to fetch the picture."""

    code = "robots_disallowed"
    title = "Disallowed by robots.txt"


class RobotsUnreachableError(ImageUnreachableError):
    """The robots.txt of the host cannot be read at the moment, so that nothing is allowed."""

    code = "robots_unreachable"
    title = "No robots.txt at the moment"


@dataclass
class _Host:
    """What is known of a host.

    Attributes:
        name: without its port.
        rules: ``None`` while they cannot be reached.
        known_until: when they are asked for again.
        next_turn: when the next picture may be asked for.
    """

    name: str
    rules: RobotsRules | None = None
    known_until: float = float("-inf")
    next_turn: float = float("-inf")
    lock: threading.Lock = field(default_factory=threading.Lock)


class Robots:
    """The rules of hosts, each asked for once an hour. Safe to use in threads.

    Args:
        connections: as of pictures.
        sharing: processes that ask the same hosts, of which each waits for all.
        monotonic: seconds that never run backwards.
        pause: waits for some seconds.
    """

    def __init__(
        self,
        connections: Connections,
        sharing: int = 1,
        monotonic: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._web = WebFetcher(connections, _LIMITS)
        self._sharing = sharing
        self._monotonic = monotonic
        self._pause = pause
        self._hosts = OrderedDict[str, _Host]()
        self._lock = threading.Lock()

    def require_allowed(self, here: WebAddress) -> None:
        """Refuse an address that its host does not want to be fetched.

        Raises:
            RobotsDisallowedError: it does not.
            RobotsUnreachableError: its robots.txt cannot be read at the moment.
        """
        if not self._rules(here).allows(here.target):
            raise RobotsDisallowedError(
                f"The robots.txt of the host {here.label} does not allow to fetch the picture. If "
                "the host is yours, allow it there, or turn off obey_robots_txt."
            )

    def wait_for_turn(self, here: WebAddress) -> None:
        """Wait as long as the host's ``Crawl-delay`` asks between two pictures."""
        delay = self._sharing * min(self._rules(here).crawl_delay, MAX_CRAWL_DELAY)
        if not delay:
            return
        host = self._host(here)
        with host.lock:
            now = self._monotonic()
            turn = max(now, host.next_turn)
            host.next_turn = turn + delay
        if turn > now:
            self._pause(turn - now)

    def slow_hosts(self) -> set[str]:
        """The names of hosts that are known to ask for a delay."""
        with self._lock:
            known = list(self._hosts.values())
        return {host.name for host in known if host.rules and host.rules.crawl_delay}

    def _host(self, here: WebAddress) -> _Host:
        name = f"{here.scheme}://{here.authority}"
        with self._lock:
            host = self._hosts.setdefault(name, _Host(here.host))
            self._hosts.move_to_end(name)
            if len(self._hosts) > MAX_HOSTS:
                self._hosts.popitem(last=False)
        return host

    def _rules(self, here: WebAddress) -> RobotsRules:
        host = self._host(here)
        with host.lock:
            if self._monotonic() >= host.known_until:
                host.rules = self._asked_for(here)
                kept = KEPT_SECONDS if host.rules else UNREACHABLE_SECONDS
                host.known_until = self._monotonic() + kept
            if host.rules is None:
                raise RobotsUnreachableError(
                    f"The robots.txt of the host {here.label} cannot be read at the moment, so "
                    "that nothing may be fetched from it. Try again later."
                )
            return host.rules

    def _asked_for(self, here: WebAddress) -> RobotsRules | None:
        """What the host answers; ``None`` where it says nothing for now."""
        try:
            content = self._web.fetch(f"{here.scheme}://{here.authority}/robots.txt")
        except ImageUrlError:
            return RobotsRules()
        except (TransientError, ImageError):
            return None
        return RobotsRules.read(content)


class ObedientFetcher(GuardedFetcher):
    """Fetches what the hosts allow, and no faster than they ask for. Safe to use in threads.

    Args:
        fetcher: fetches the pictures; it asks ``robots`` about redirects itself.
        robots: the rules of hosts.
        require_wanted: refuses addresses that nobody waits for any more, before it waits.
    """

    def __init__(
        self,
        fetcher: ImageFetcher,
        robots: Robots,
        require_wanted: Callable[[str], None] = lambda _address: None,
    ) -> None:
        super().__init__(fetcher)
        self._robots = robots
        self._require_wanted = require_wanted

    @override
    def _passing(self, address: str) -> AbstractContextManager[None]:
        self._require_wanted(address)
        here = parse(address)
        self._robots.require_allowed(here)
        self._robots.wait_for_turn(here)
        return nullcontext()
