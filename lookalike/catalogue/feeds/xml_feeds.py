"""Catalogues as RSS or Atom with Google's names of columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from lookalike.catalogue.feeds.feed import Feed, Record, Value, surveyed
from lookalike.errors import CatalogueError

_GOOGLE = "{http://base.google.com/ns/1.0}"
_ITEMS = frozenset({"item", "entry"})
"""Elements that are a product: of RSS and of Atom."""
_ADDRESSES = ("href", "url")
"""Attributes of empty elements that stand for their text."""


def open_xml(file: IO[bytes], _encoding: str) -> Feed:
    """Open RSS or Atom. Which encoding it is in, XML says itself.

    Raises:
        CatalogueError: it is not XML, has no product, or declares a document type or an entity.
    """
    records = _records(file)
    first = next(records, None)
    if first is None:
        raise CatalogueError(
            "The XML of the catalogue has no <item> and no <entry>. It has to be an RSS or Atom "
            "feed, such as Google Merchant Center reads."
        )
    return surveyed("RSS or Atom", chain([first], records))


def _records(file: IO[bytes]) -> Iterator[Record]:
    try:
        for number, item in enumerate(_items(file), 1):
            yield Record(number, _values(item))
    except DefusedXmlException as error:
        raise CatalogueError(
            "The XML of the catalogue declares a document type or entities, which a feed does not "
            "need and which are not read."
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise CatalogueError(
            f"The catalogue is not well-formed XML to its end: {error}."
        ) from error


def _items(file: IO[bytes]) -> Iterator[Element]:
    """Yield the products; whatever is read is then forgotten."""
    above: list[Element] = []
    inside = 0
    for event, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
        is_item = _local(element.tag) in _ITEMS
        if event == "start":
            above.append(element)
            inside += is_item
            continue
        above.pop()
        inside -= is_item
        if is_item and not inside:
            yield element
        if not inside and above:
            above[-1].clear()


def _values(item: Element) -> dict[str, Value]:
    """The texts of an item by name; Google's come before others of the same name."""
    google = [child for child in item if child.tag.startswith(_GOOGLE)]
    others = [child for child in item if not child.tag.startswith(_GOOGLE)]
    return _texts(others) | _texts(google)


def _texts(elements: Iterable[Element]) -> dict[str, Value]:
    found: dict[str, list[str]] = {}
    for element in elements:
        if text := _text(element):
            found.setdefault(_local(element.tag), []).append(text)
    return {name: texts if len(texts) > 1 else texts[0] for name, texts in found.items()}


def _text(element: Element) -> str:
    """The text of an element, or the address that it names instead."""
    addresses = (element.get(name, "") for name in _ADDRESSES)
    return (element.text or "").strip() or next(filter(None, addresses), "")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
