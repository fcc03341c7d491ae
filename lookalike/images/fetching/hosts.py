"""Resolves host names, and decides which IP addresses may be connected to."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Thread

from requests.exceptions import RequestException
from requests_hardened.ip_filter import filter_host
from urllib3.util.connection import allowed_gai_family

from lookalike.errors import HostNotAllowedError
from lookalike.images.fetching.web_address import WebAddress

Resolver = Callable[[str, int], Sequence[str]]
"""The IP addresses of a host name and port, best first; raises ``socket.gaierror``."""

_UNKNOWN_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
"""Errors of a look-up that say that there is no such name, or that it has no address."""
_ANY_PORT = 9
_GLOBAL_UNICAST_V6 = ip_network("2000::/3")
_METADATA = frozenset(
    map(
        ip_address,
        (
            "169.254.169.254",  # AWS, Google, Azure and most others
            "fd00:ec2::254",  # AWS
            "100.100.100.200",  # Alibaba
            "168.63.129.16",  # Azure's wire server, in the middle of public space
        ),
    )
)
_PRIVATE = tuple(
    map(
        ip_network,
        ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),
    )
)
"""The networks that ``allow_private`` opens: this machine and private networks, nothing else."""


@dataclass(frozen=True, slots=True)
class HostPolicy:
    """Where a host may be connected to.

    Attributes:
        resolve: looks up host names.
        is_own: whether an address is one of this machine.
        allow_private: also this machine and private networks.
    """

    resolve: Resolver
    is_own: Callable[[str], bool]
    allow_private: bool = False

    def addresses(self, here: WebAddress, seconds: float) -> Sequence[str]:
        """The addresses of a host, each of which must be allowed.

        An unknown name and one that leads into a private network are refused in the same words, so
        that nobody learns which names there are inside.

        Args:
            here: whose host it is.
            seconds: that a look-up may take.

        Raises:
            HostNotAllowedError: the name is unknown, or an address is not allowed.
            TimeoutError: no answer came in time.
            socket.gaierror: no name server answers.
        """
        found = [here.host] if here.literal else self._looked_up(here, seconds)
        if not found or not all(map(self._is_allowed, found)):
            what = "lies" if here.literal else "cannot be found, or lies"
            raise HostNotAllowedError(
                f"The host {here.label} {what} in a private or reserved network, from which "
                "nothing is fetched. Check its spelling, put the picture on a public address, or "
                "upload it.",
                "" if self.allow_private else "For your own network: --allow-private-hosts.",
            )
        return found

    def _looked_up(self, here: WebAddress, seconds: float) -> Sequence[str]:
        """The addresses of a name; none where it is unknown."""
        try:
            return addresses_within(seconds, self.resolve, here.host, here.port)
        except socket.gaierror as error:
            if error.errno in _UNKNOWN_NAME:
                return []
            raise

    def _is_allowed(self, ip: str) -> bool:
        if self.allow_private:
            return is_allowed(ip, allow_private=True)
        return is_allowed(ip) and not self.is_own(ip)


def system_addresses(host: str, port: int) -> list[str]:
    """Ask the operating system, for the families (IPv4, IPv6) that this machine supports.

    Raises:
        socket.gaierror: the name does not exist, or there is no name server.
    """
    found = socket.getaddrinfo(host, port, family=allowed_gai_family(), type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def addresses_within(seconds: float, resolve: Resolver, host: str, port: int) -> Sequence[str]:
    """Return the answer of ``resolve``, if it comes in time.

    A look-up of the system cannot be interrupted. A late one is left behind in a daemon thread,
    which ends when the system's resolver gives up.

    Raises:
        TimeoutError: no answer came in time.
        socket.gaierror: ``resolve`` raised it.
    """
    answer: Future[Sequence[str]] = Future()

    def run() -> None:
        try:
            answer.set_result(resolve(host, port))
        except Exception as error:  # noqa: BLE001 - raised again where the answer is awaited
            answer.set_exception(error)

    Thread(target=run, name="look-up", daemon=True).start()
    return answer.result(timeout=seconds)


def is_allowed(address: str, *, allow_private: bool = False) -> bool:
    """Return whether an IP address may be connected to.

    Everything but ordinary public unicast addresses is refused. ``requests-hardened`` knows the
    private ranges; an address that it accepts must also lie in global unicast space and must not
    be that of a metadata service.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if allow_private and any(ip in network for network in _PRIVATE):
        return ip not in _METADATA
    return _is_global_unicast(ip) and _passes_filter(ip)


def is_own(address: str) -> bool:
    """Return whether an IP address is one of this machine, public ones included.

    The system is asked from where it would send to that address; to its own it sends from there.
    Nothing is sent. A public address that a router holds for this machine cannot be seen from here.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, _ANY_PORT))
            source: str = probe.getsockname()[0]
    except OSError:  # there is no way to that address
        return False
    return ip_address(source) == ip_address(address)


def _is_global_unicast(ip: IPv4Address | IPv6Address) -> bool:
    """IPv6 outside 2000::/3 only wraps IPv4 (mapped, compatible, NAT64) or is not global."""
    if ip.version == 6 and ip not in _GLOBAL_UNICAST_V6:  # noqa: PLR2004 - the IP version
        return False
    special = ip.is_multicast or ip.is_reserved or ip.is_unspecified
    return ip.is_global and not special and ip not in _METADATA


def _passes_filter(ip: IPv4Address | IPv6Address) -> bool:
    """Ask the library about a single address, because it checks only the first one of a name."""
    try:
        filter_host(str(ip), 0, allow_loopback=False)
    except RequestException:
        return False
    return True
