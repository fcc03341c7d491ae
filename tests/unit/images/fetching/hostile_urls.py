"""Addresses that must never be fetched, by what they try, and the error that each deserves.

Collected from the OWASP cheat sheet on server-side request forgery, PayloadsAllTheThings,
Orange Tsai's "A New Era of SSRF", the WHATWG URL tests and the IANA special-purpose registries.
"""

# ruff: noqa: RUF001, SIM905 - ambiguous characters are the trick; words in lines are readable
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lookalike.errors import HostNotAllowedError, ImageUrlError, UrlInvalidError

NAMES: Mapping[str, Sequence[str]] = {
    "localhost": ["127.0.0.1", "::1"],
    "localhost.localdomain": ["127.0.0.1"],
    "localtest.me": ["127.0.0.1"],
    "127.0.0.1.nip.example": ["127.0.0.1"],
    "spoofed.burp.example": ["127.0.0.1"],
    "ip6-localhost": ["::1"],
    "metadata": ["169.254.169.254"],
    "metadata.google.internal": ["169.254.169.254"],
    "instance-data": ["169.254.169.254"],
    "metadata6.example": ["fd00:ec2::254"],
    "intranet": ["10.1.2.3"],
    "db.corp.example": ["172.31.0.9"],
    "printer.local": ["192.168.1.30"],
    "kubernetes.default.svc": ["10.96.0.1"],
    "host.docker.internal": ["192.168.65.2"],
    "half-private.example": ["93.184.215.14", "10.0.0.7"],
    "half-loopback.example": ["93.184.215.14", "93.184.215.15", "127.0.0.1"],
    "half-v6.example": ["93.184.215.14", "::1"],
    "half-mapped.example": ["2606:2800:21f:cb07::1", "::ffff:10.0.0.1"],
    "zero.example": ["0.0.0.0"],
    "zero6.example": ["::"],
    "link-local6.example": ["fe80::1%2"],
    "carrier.example": ["100.64.3.4"],
    "many.example": [*[f"93.184.215.{last}" for last in range(1, 40)], "192.168.0.1"],
    "xn--bcher-kva.example": ["10.0.0.8"],
    "my_shop.example": ["10.0.0.9"],
    "broken.example": ["not an address"],
}
"""What the resolver of the tests knows."""

IPV4 = (
    "127.0.0.1 127.0.0.2 127.1.2.3 127.255.255.254 127.0.0.0 "  # loopback
    "0.0.0.0 0.0.0.1 0.1.2.3 "  # this network
    "10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.254 192.168.0.1 192.168.255.255 "  # private
    "169.254.169.254 169.254.0.1 169.254.170.2 169.254.255.255 "  # link-local, metadata
    "100.100.100.200 168.63.129.16 192.0.0.192 "  # Alibaba, Azure, Oracle metadata
    "100.64.0.1 100.127.255.254 "  # carrier-grade NAT
    "198.18.0.1 198.19.255.254 "  # benchmarking
    "192.0.2.1 198.51.100.7 203.0.113.9 "  # documentation
    "192.0.0.1 192.0.0.8 192.0.0.170 192.88.99.1 "  # protocol assignments, 6to4 relays
    "224.0.0.1 224.0.0.251 239.255.255.250 232.1.1.1 "  # multicast
    "240.0.0.1 250.1.2.3 255.255.255.254 255.255.255.255"  # reserved, broadcast
).split()

IPV6 = (
    ":: ::1 0:0:0:0:0:0:0:1 0000:0000:0000:0000:0000:0000:0000:0001 ::0001 "
    "fe80::1 fe80::a9fe:a9fe febf::1 fec0::1 feff::1 "  # link-local, site-local
    "fc00::1 fd00::1 fd12:3456:789a:1::1 fd00:ec2::254 fd20:ce::254 "  # unique local, metadata
    "ff02::1 ff02::fb ff05::1:3 ff0e::1 "  # multicast
    "::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:a9fe:a9fe "
    "::ffff:0.0.0.0 ::ffff:8.8.8.8 0:0:0:0:0:ffff:c0a8:1 "  # mapped
    "::127.0.0.1 ::7f00:1 ::10.0.0.1 ::169.254.169.254 "  # compatible
    "::ffff:0:127.0.0.1 ::ffff:0:10.0.0.1 "  # translated
    "64:ff9b::127.0.0.1 64:ff9b::a00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::10.0.0.1 "  # NAT64
    "2002:7f00:1:: 2002:a00:1::1 2002:a9fe:a9fe:: 2002:c0a8:101::1 "  # 6to4
    "2001:0:4136:e378:8000:63bf:f5ff:fffe 2001::1 2001:0:7f00:1::1 "  # Teredo
    "2001:db8::1 3fff::1 2001:2::1 2001:10::1 2001:20::1 "  # documentation, benchmarking, ORCHID
    "100::1 5f00::1 200::1 400::1 4000::1 e000::1 8000::1"  # discard, segments, never assigned
).split()

ODD_IPV4 = (
    "127.1 127.0.1 127.0.0.01 127.000.000.001 0127.0.0.1 0177.0.0.1 0177.1 00000177.0.0.1 "
    "017700000001 0000017700000001 2130706433 02130706433 0x7f000001 0X7F000001 0x7f.1 "
    "0x7f.0.0.1 0x7f.0x0.0x0.0x1 0x7f.0.1 0x000000007f.0.0.1 127.0.0.0x1 127.0x1 "
    "0x7f.00.0.01 4294967295 4294967296 0 00 0x0 0x 1 127.0.0.1.1 "
    "256.256.256.256 127.0.0.256 127.0.0.999 1.1.1.1.1.1 999999999999 "
    "10.1 012.0.0.1 0xa.0.0.1 167772161 0xA000001 0300.0250.0.1 192.168.257 192.11010049 "
    "169.254.43518 0xa9fea9fe 2852039166 025177524776 0251.0376.0251.0376 0xa9.0xfe.0xa9.0xfe "
    "169.0xfea9fe 0251.254.169.254 425.510.425.510 example.0x7f shop.example.1 1.2.3.08 "
    "8.8.8.8.0x0 134744072 0x08080808 010.8.8.8 %31%32%37.0.0.1 shop.example;127.0.0.1"
).split()

FULL_WIDTH = [
    "１２７.０.０.１",
    "127。0。0。1",
    "127．0．0．1",
    "①②⑦.⓪.⓪.①",
    "１６９.２５４.１６９.２５４",
    "²¹³⁰⁷⁰⁶⁴³³",
    "𝟏𝟐𝟕.𝟎.𝟎.𝟏",
    "⓪ⓧ⑦ⓕ.1",
    "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
    "ｌｏｃａｌｈｏｓｔ",
    "ℓocalhost",
    "LOCALHOST",
    "LocalHost.",
    "bücher.example",
    "BÜCHER.example",
]

SCHEMES = (
    "file:///etc/passwd file://localhost/etc/passwd file:/etc/passwd FILE:///c:/boot.ini "
    "ftp://shop.example/p.jpg ftps://shop.example/p.jpg sftp://shop.example/p.jpg "
    "gopher://127.0.0.1:6379/_INFO dict://127.0.0.1:11211/stats ldap://127.0.0.1/ "
    "ldaps://127.0.0.1/ tftp://127.0.0.1/p jar:http://shop.example!/p.jpg netdoc:///etc/passwd "
    "data:image/png;base64,iVBORw0KGgo= javascript:alert(1) about:blank blob:https://x.example/1 "
    "ws://shop.example/ wss://shop.example/ s3://bucket/p.jpg gs://bucket/p.jpg "
    "mailto:a@shop.example view-source:http://shop.example/ php://filter/resource=p "
    "unix:///var/run/docker.sock http+unix://%2Fvar%2Frun%2Fdocker.sock/ urn:isbn:1 "
    "url:http://127.0.0.1/ httpx://shop.example/ httpss://shop.example/ hhttp://shop.example/ "
    "http:shop.example http:/shop.example http:///shop.example http:////shop.example "
    "http;//shop.example http//shop.example http: http:// https:// // //shop.example/p.jpg "
    "///shop.example/p.jpg shop.example/p.jpg /P/G/p.jpg p.jpg ../p.jpg ? # : NULL"
).split()

CREDENTIALS = (
    "http://user@shop.example/ http://user:secret@shop.example/ http://:secret@shop.example/ "
    "http://@shop.example/ http://:@shop.example/ http://user%40x@shop.example/ "
    "http://shop.example@127.0.0.1/ http://127.0.0.1@shop.example/ http://a@b@shop.example/ "
    "http://shop.example:80@127.0.0.1:22/ http://shop.example%2F@127.0.0.1/ "
    "http://1.1.1.1&@2.2.2.2/ http://[::1]@shop.example/ https://AKIA:key@shop.example/p.jpg"
).split()

CHARACTERS = [
    "",
    " ",
    "http://shop.example/a b.jpg",
    " http://shop.example/",
    "http://shop.example/ ",
    "http ://shop.example/",
    "http://shop .example/",
    "http://127.0.0.1 .example/",
    "http://shop.example/\r\nHost: 127.0.0.1",
    "http://shop.example/\nX: y",
    "http://shop.example\r/",
    "ht\ntp://shop.example/",
    "h\tttp://127.0.0.1/",
    "http://127.0.0.1\t.example/",
    "http://shop.example/\x00.jpg",
    "http://127.0.0.1\x00.shop.example/",
    "\x00http://shop.example/",
    "http://shop.example/\x1b[31m",
    "http://shop.example/\x7f",
    "http://shop.example/\x85",
    "http://shop.example/\xa0",
    "http://shop.example/\u2028",
    "http://shop.example/\u3000",
    "http://shop\u200b.example/",
    "http://shop\u00ad.example/",
    "http://\u202eelpmaxe.pohs/",
    "http://shop.example/\ufeff",
    "\ufeffhttp://shop.example/",
    "http://shop.example/\ud800",
    "http:\\\\shop.example\\p.jpg",
    "http://shop.example\\@127.0.0.1/",
    "http://127.0.0.1\\.shop.example/",
    "http:/\\127.0.0.1/",
    "\\\\127.0.0.1\\share\\p.jpg",
    "http://shop.example/" + "a" * 2_048,
    "http://" + "a." * 1_100 + "example/",
]

MALFORMED = (
    "http://shop..example/ http://.shop.example/ http://shop.example../ http://./ http://../ "
    "http://-shop.example/ http://shop-.example/ http://shop!.example/ http://shop,example/ "
    "http://shop%2eexample/ http://127%2e0%2e0%2e1/ http://%6cocalhost/ "
    "http://127.0.0.1%00.shop.example/ http://127.0.0.1%23.shop.example/ http://a$b.example/ "
    "http://<shop>.example/ http://{host}/ http://$(id).example/ http://`id`.example/ "
    "http://*.example/ http://~/ http://'shop'.example/ "
    "http://? http://# http:///p.jpg http://:80/ http://?@127.0.0.1/ http://:/ "
    "http://[ http://] http://[] http://[]:80/ http://[::1 http://::1/ http://::1]/ "
    "http://[::1]x/ http://x[::1]/ http://[[::1]]/ http://[127.0.0.1]/ http://[localhost]/ "
    "http://[v1.fe80]/ http://[::g]/ http://[1:2:3]/ http://[::127.1]/ http://[::0x7f000001]/ "
    "http://[::ffff:0177.0.0.1]/ http://[1:2:3:4:5:6:7:8:9]/ http://[::1]:: http://fe80::1/ "
    "http://shop.example:0/ http://shop.example:65536/ http://shop.example:-80/ "
    "http://shop.example:+80/ http://shop.example:8o/ http://shop.example:0x50/ "
    "http://shop.example:80:80/ http://127.0.0.1:80:443/ http://shop.example:99999999999999/ "
    "http://shop.example:٨٠/ http://shop.example:８０/ "
    "http://ex℀mple.example/ http://shop／.example/ http://shop＠127.0.0.1/ "
    "http://xn--\u00fc.example/ http://a\u0338.-\u00fc/ http://\u0301a.example/"
).split()
TOO_LONG = ["http://" + "a" * 64 + ".example/", "http://" + "a." * 130 + "example/"]

ZONES = (
    "http://[fe80::1%eth0]/ http://[fe80::1%25eth0]/ http://[::1%1]/ http://[::1%25lo]/ "
    "http://[fe80::1%]/ http://[2606:4700::1%2]/"
).split()

PLACES_FOR_HOSTS = ("http://{}/p.jpg", "https://{}:8443/latest/meta-data/?a=b#c")


def hosts(*names: str) -> Iterator[str]:
    """Addresses with these hosts, by both schemes, with and without a port."""
    return (place.format(name) for name in names for place in PLACES_FOR_HOSTS)


HOSTILE: Mapping[str, tuple[type[ImageUrlError], Sequence[str]]] = {
    "special IPv4": (HostNotAllowedError, [*hosts(*IPV4), "HTTP://127.0.0.1", "http://10.0.0.1./"]),
    "special IPv6": (HostNotAllowedError, [*hosts(*(f"[{ip}]" for ip in IPV6))]),
    "zone": (HostNotAllowedError, ZONES),
    "odd spelling of IPv4": (HostNotAllowedError, [*hosts(*ODD_IPV4)]),
    "names that look different": (HostNotAllowedError, [*hosts(*FULL_WIDTH)]),
    "names that lead inside": (HostNotAllowedError, [*hosts(*NAMES)]),
    "other scheme": (UrlInvalidError, SCHEMES),
    "credentials": (UrlInvalidError, CREDENTIALS),
    "odd characters": (UrlInvalidError, CHARACTERS),
    "malformed": (UrlInvalidError, [*MALFORMED, *TOO_LONG]),
}


def hostile_urls() -> Iterator[tuple[str, str, type[ImageUrlError]]]:
    """What it tries, the address, and the error that it deserves."""
    for attempt, (error, urls) in HOSTILE.items():
        yield from ((attempt, url, error) for url in urls)
