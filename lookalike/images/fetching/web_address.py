"""Parses web addresses strictly, once; the result is what the fetcher connects to.

Nothing here uses the network. Accepted is an http or https URL whose host is an IP address in its
usual form or a name, without credentials and invisible characters.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import quote, urljoin

import idna

from lookalike.errors import HostNotAllowedError, ImageUrlError, UrlInvalidError

MAX_ADDRESS_LENGTH = 2_048
"""Characters; common content delivery networks and search engines accept as many."""
MAX_NAME_LENGTH = 253
DEFAULT_PORTS = {"http": 80, "https": 443}

# RFC 3986, appendix B, for the two schemes; the fragment never leaves the client.
_ADDRESS = re.compile(r"(?i:(https?))://([^/?#]*)([^?#]*)(\?[^#]*)?(?:#.*)?", re.DOTALL)
_AUTHORITY = re.compile(r"(\[[^\[\]]*\]|[^\[\]:]*)(?::([0-9]*))?")
_NAME = re.compile(r"(?:(?!-)[a-z0-9_-]{1,63}(?<!-)\.)*(?!-)[a-z0-9_-]{1,63}(?<!-)")
# A host whose last label looks like this is an IPv4 address, however spelled
# (https://url.spec.whatwg.org/#ends-in-a-number-checker).
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_SAFE_IN_PATH = "/%:@!$&'()*+,;=~[]"
_BEHIND = "behind the redirect of "
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class WebAddress:
    """A parsed address that may be resolved.

    Attributes:
        scheme: ``http`` or ``https``.
        host: ASCII, lower case, without brackets and final dot.
        port: 1 to 65,535.
        target: path and query as they are sent, percent-encoded.
        label: names the host in sentences for the caller, after the words "the host".
    """

    scheme: str
    host: str
    port: int
    target: str
    label: str

    @property
    def authority(self) -> str:
        """Host and port as the ``Host`` header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def literal(self) -> IPv4Address | IPv6Address | None:
        """The IP address, where the host is one."""
        try:
            return ip_address(self.host)
        except ValueError:
            return None


def parse(address: str) -> WebAddress:
    """Parse the address that a caller gave.

    Raises:
        UrlInvalidError: this is not an address that can be fetched.
        HostNotAllowedError: the host is an IP address with a zone, or not in its usual form.
    """
    _refuse_odd_characters(address)
    scheme, authority, path, query = _split(address)
    written, port = _split_authority(authority, scheme)
    target = quote(path or "/", safe=_SAFE_IN_PATH) + quote(query, safe=_SAFE_IN_PATH + "?")
    return WebAddress(scheme, _host(written), port, target, f"'{written}'")


def host_of(address: str) -> str:
    """The host that is asked first for what is at an address; empty where it is refused."""
    try:
        return parse(address).host
    except ImageUrlError:
        return ""


def follow(here: WebAddress, location: str) -> WebAddress:
    """Parse the target of a redirect as strictly as a caller's address.

    Args:
        here: the address that answered with the redirect.
        location: the ``Location`` header, its bytes decoded as Latin-1 (as http.client does).

    Raises:
        UrlInvalidError: the target cannot be fetched.
        HostNotAllowedError: as in ``parse``.
    """
    try:
        there = parse(_joined(here, location))
    except ImageUrlError as error:
        raise type(error)(f"The address redirects to one that is refused. {error.detail}") from None
    # The target of a redirect may be a secret: errors name the host that the caller knows.
    label = here.label if here.label.startswith(_BEHIND) else f"{_BEHIND}{here.label}"
    return WebAddress(there.scheme, there.host, there.port, there.target, label)


def _joined(here: WebAddress, location: str) -> str:
    try:
        readable = location.encode("latin-1").decode()
        _refuse_odd_characters(readable)
        return urljoin(f"{here.scheme}://{here.authority}{here.target}", readable)
    except ValueError:
        raise UrlInvalidError("Give the address at which the picture itself lies.") from None


def _refuse_odd_characters(address: str) -> None:
    if len(address) > MAX_ADDRESS_LENGTH:
        raise UrlInvalidError(
            f"The address is longer than {MAX_ADDRESS_LENGTH:,} characters. Give a shorter one, or "
            "upload the picture itself."
        )
    if "\\" in address or any(unicodedata.category(char) in _INVISIBLE for char in address):
        raise UrlInvalidError(
            "The address contains a space, a backslash or an invisible character. Remove it, or "
            "write it percent-encoded (a space is %20)."
        )


def _split(address: str) -> tuple[str, str, str, str]:
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise UrlInvalidError(
            "The address is not one on the web. Begin it with http:// or https://."
        )
    scheme, authority, path, query = match.groups(default="")
    return scheme.lower(), authority, path, query


def _split_authority(authority: str, scheme: str) -> tuple[str, int]:
    if "@" in authority:
        raise UrlInvalidError(
            "The address contains a user name or password. Give an address that can be read "
            "without signing in, and never put a password into an address."
        )
    match = _AUTHORITY.fullmatch(authority)
    if match is None or not match[1]:
        raise UrlInvalidError(
            "The address names no host. Write it like https://shop.example/p.jpg."
        )
    return match[1], _port(match[2], scheme)


def _port(written: str | None, scheme: str) -> int:
    if not written:
        return DEFAULT_PORTS[scheme]
    # Python refuses to read numbers of thousands of digits.
    port = int(written) if len(written) <= len("65535") else 0
    if not 1 <= port <= 65_535:  # noqa: PLR2004 - what fits in the field of a TCP header
        raise UrlInvalidError("The port of the address is not a number from 1 to 65535.")
    return port


def _host(written: str) -> str:
    if written.startswith("["):
        return _ipv6(written[1:-1])
    host = _ascii(written).removesuffix(".")
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        return _ipv4(host)
    if len(host) > MAX_NAME_LENGTH or not _NAME.fullmatch(host):
        raise UrlInvalidError("The host name in the address is not valid. Check its spelling.")
    return host


def _ascii(written: str) -> str:
    """Convert to lower case, international names to their DNS form, full-width digits to plain."""
    if written.isascii():
        return written.lower()
    try:
        return idna.encode(written, uts46=True).decode()
    except UnicodeError:
        raise UrlInvalidError(
            "The international host name in the address is not valid. Check its spelling."
        ) from None


def _ipv4(host: str) -> str:
    try:
        return str(IPv4Address(host))
    except ValueError:
        raise HostNotAllowedError(
            "The address spells an IP address in an unusual way. Write it as four decimal "
            "numbers, or use the name of the host."
        ) from None


def _ipv6(host: str) -> str:
    if "%" in host:
        raise HostNotAllowedError(
            "The address names a network interface (a zone after %). Use a public address."
        )
    try:
        return str(IPv6Address(host))
    except ValueError:
        raise UrlInvalidError("The IPv6 address between the brackets is not valid.") from None
