"""Opens connections to hosts of the web, and to none that may not be asked.

The name is resolved once, every address it resolves to is checked, and the connection goes to one
of these addresses and nowhere else; the name itself stays what TLS verifies.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Sequence

import certifi

from lookalike.images.fetching.bounded_http import Deadline
from lookalike.images.fetching.hosts import HostPolicy, Resolver, is_own, system_addresses
from lookalike.images.fetching.web_address import WebAddress

Connector = Callable[[tuple[str, int], float], socket.socket]
"""Connects to an IP address and port within some seconds; raises ``OSError``."""

CONNECT_SECONDS = 5.0
"""Over all addresses that are tried."""
_TRIED_ADDRESSES = 4


class Connections:
    """Opens connections. Keeps nothing between calls; safe to use in threads.

    Args:
        connect_seconds: over all addresses that are tried.
        allow_private_hosts: also to this machine and private networks; every other rule stays.
        resolve: looks up host names.
        connect: opens connections.
        is_own: whether an address is one of this machine.
        tls: trusted authorities; by default those that ``certifi`` lists.
    """

    def __init__(  # noqa: PLR0913 - the network, piece by piece
        self,
        connect_seconds: float = CONNECT_SECONDS,
        *,
        allow_private_hosts: bool = False,
        resolve: Resolver = system_addresses,
        connect: Connector = socket.create_connection,
        is_own: Callable[[str], bool] = is_own,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._connect_seconds = connect_seconds
        self._hosts = HostPolicy(resolve, is_own, allow_private=allow_private_hosts)
        self._connect = connect
        self._tls = tls or ssl.create_default_context(cafile=certifi.where())

    def open(self, here: WebAddress, deadline: Deadline) -> socket.socket:
        """A connection to the host of an address. The caller closes it.

        Raises:
            HostNotAllowedError: the name is unknown, or an address is not allowed.
            OSError: nothing answers, not in time, or not securely.
        """
        addresses = self._hosts.addresses(here, deadline.left())
        sock = self._connected(addresses[:_TRIED_ADDRESSES], here.port, deadline)
        return sock if here.scheme == "http" else self._secured(sock, here.host, deadline)

    def _secured(self, sock: socket.socket, host: str, deadline: Deadline) -> socket.socket:
        try:
            sock.settimeout(deadline.left())
            return self._tls.wrap_socket(sock, server_hostname=host)
        except OSError:
            sock.close()
            raise

    def _connected(self, addresses: Sequence[str], port: int, deadline: Deadline) -> socket.socket:
        """Connect to the first address that answers; all addresses share the time."""
        connecting = Deadline(min(self._connect_seconds, deadline.left()))
        failure = OSError("no addresses")
        for position, ip in enumerate(addresses):
            try:
                seconds = connecting.left() / (len(addresses) - position)
                return self._connect((ip, port), seconds)
            except OSError as error:
                failure = error
        raise failure
