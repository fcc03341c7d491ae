"""How values are written as attribute values of DynamoDB, and read back.

Numbers are written as the shortest decimals that give the same float back, within the 38 digits
that DynamoDB keeps. Maps of texts become one JSON text: a name in a map of DynamoDB must not be
empty, but the name of a shop's attribute may be.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Item = dict[str, Any]
"""Attribute values by attribute name, as the client of DynamoDB takes and returns them."""

_REQUIRED = object()


@dataclass(frozen=True, slots=True)
class Codec:
    """How one attribute is written and read.

    Attributes:
        write: from a value to an attribute value, such as ``{"S": "text"}``.
        read: from an attribute value to a value.
        default: the value of items without the attribute; unless given, these cannot be read. It
            is not written.
    """

    write: Callable[[Any], Item]
    read: Callable[[Item], Any]
    default: Any = _REQUIRED

    def read_from(self, item: Item, name: str) -> object:
        """The value of an attribute of an item.

        Raises:
            KeyError: the item lacks the attribute, and there is no default.
        """
        if name not in item and self.default is not _REQUIRED:
            return self.default
        return self.read(item[name])


Codecs = Mapping[str, Codec]
"""By attribute name, which is also the name of the field of the stored class."""

TEXT = Codec(lambda value: {"S": value}, lambda stored: stored["S"])
BINARY = Codec(lambda value: {"B": value}, lambda stored: stored["B"])
INTEGER = Codec(lambda value: {"N": str(value)}, lambda stored: int(stored["N"]))
NUMBER = Codec(lambda value: {"N": str(value)}, lambda stored: float(stored["N"]))
JSON_MAP = Codec(
    lambda value: {"S": json.dumps(dict(value), ensure_ascii=False)},
    lambda stored: json.loads(stored["S"]),
)
BOOLEAN = Codec(lambda value: {"BOOL": value}, lambda stored: stored["BOOL"])
BINARIES = Codec(
    lambda value: {"M": {name: BINARY.write(part) for name, part in value.items()}},
    lambda stored: {name: BINARY.read(part) for name, part in stored["M"].items()},
)
NUMBERS = Codec(
    lambda value: {"L": [NUMBER.write(part) for part in value]},
    lambda stored: tuple(NUMBER.read(part) for part in stored["L"]),
)


def optional(codec: Codec) -> Codec:
    """``None`` is written as NULL."""
    return Codec(
        lambda value: {"NULL": True} if value is None else codec.write(value),
        lambda stored: None if "NULL" in stored else codec.read(stored),
    )


def choice(kind: type[StrEnum]) -> Codec:
    """A member of an enumeration, written as its text."""
    return Codec(lambda value: {"S": value.value}, lambda stored: kind(stored["S"]))


def added(codec: Codec, default: object) -> Codec:
    """An attribute that earlier releases did not write: items without it have the default."""
    return Codec(codec.write, codec.read, default)


def items_of(kind: Callable[..., object], codecs: Codecs) -> Codec:
    """A tuple of objects of a class, written as a list of maps."""
    return Codec(
        lambda value: {"L": [{"M": write_item(part, codecs)} for part in value]},
        lambda stored: tuple(kind(**read_item(part["M"], codecs)) for part in stored["L"]),
    )


def write_item(stored: object, codecs: Codecs) -> Item:
    """The attributes of an object."""
    values = {name: getattr(stored, name) for name in codecs}
    return {
        name: codec.write(values[name])
        for name, codec in codecs.items()
        if values[name] != codec.default
    }


def read_item(item: Item, codecs: Codecs) -> dict[str, Any]:
    """The fields of an object, by name; attributes that are not listed are ignored.

    Raises:
        LookupError: the item lacks an attribute, or has it in another type.
        ValueError: an attribute has a value that cannot be.
    """
    return {name: codec.read_from(item, name) for name, codec in codecs.items()}
