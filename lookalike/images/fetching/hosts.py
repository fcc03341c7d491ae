"""Resolves host names, and decides which IP addresses may be connected to."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Thread

from requests.exceptions import RequestException
from requests_hardened.ip_filter import filter_host
from urllib3.util.connection import allowed_gai_family

Resolver = Callable[[str, int], Sequence[str]]
"""The IP addresses of a host name and port, best first; raises ``socket.gaierror``."""

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
