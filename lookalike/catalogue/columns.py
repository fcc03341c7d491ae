"""Which columns of a catalogue say what: told by their usual names, or by the user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from lookalike.catalogue.exports.exported_picture import ExportedPicture
from lookalike.catalogue.feeds.feed import Value
from lookalike.catalogue.picture_cells import addresses_in, is_picture
from lookalike.catalogue.wanted_columns import ALL, ColumnsError

_DIGITS = "0123456789"
_MAX_SHOWN = 300
"""Characters of the columns that a message repeats."""


class Field(StrEnum):
    """What a product has beside attributes."""

    ENTITY_ID = "entity_id"
    SKU = "sku"
    IMAGE_URL = "image_url"


USUAL_NAMES: Mapping[Field, tuple[str, ...]] = {
    Field.ENTITY_ID: (
        *("entity_id", "id", "product_id", "item_id", "offer_id", "article_id", "handle"),
        *("url_handle", "handle_id", "sku", "variant_sku", "product_sku", "item_sku"),
    ),
    Field.SKU: ("sku", "variant_sku", "product_sku", "item_sku", "seller_sku", "product_code_sku"),
    Field.IMAGE_URL: (
        *("image_url", "image_link", "image_src", "main_image_url", "main_image", "base_image"),
        *("product_image_url", "image", "images", "image_urls", "picture_url", "picture", "photo"),
        *("small_image", "variant_image", "thumbnail_image", "thumbnail"),
    ),
}
"""Names of Lookalike, Google Merchant Center, Shopify, WooCommerce, Magento and others, the
likeliest first. Case and all but letters and digits do not count."""
FURTHER_PICTURES = (
    *("additional_image_link", "additional_image_links", "additional_images", "other_image_url"),
    *("additional_image_urls", "images", "image_urls", "pictures", "gallery_images"),
)
"""Columns with further pictures of a product; in each cell may be several addresses. Numbers at
their end do not count. A name of the main picture's column with a number is one of these, too."""
LONG_TEXTS = (
    *("description", "short_description", "long_description", "product_description"),
    *("body_html", "body", "content", "html", "summary", "meta_description", "seo_description"),
)
"""Columns with texts that are too long for attributes."""
_LISTS = ("images", "image_urls", "pictures", "product_image_url")
"""Names of the main picture's column whose cells may have several addresses."""


class Texts(NamedTuple):
    """What the columns say of one record; absent texts are empty.

    Attributes:
        image_url: of the main picture.
        attributes: the further columns that are not empty.
        further_image_urls: of the other pictures, in order.
        pictures: what an export knows of each picture.
    """

    entity_id: str
    sku: str
    image_url: str
    attributes: dict[str, str]
    further_image_urls: tuple[str, ...] = ()
    pictures: tuple[ExportedPicture, ...] = ()


class Columns:
    """What the columns of a catalogue say.

    Args:
        columns: their names.
        wanted: name of a field or an attribute → the column that has it. An empty name of a column
            leaves the attribute out, and ``*`` with it all columns that are not named.

    Attributes:
        available: all columns that are known, in their order.
        fields: the column of each field that has one.
        further_pictures: columns with further pictures, among those that are known.
        attributes: columns that become attributes, among those that are known.
        left_out: columns that are not read, among those that are known.

    Raises:
        ColumnsError: there is no column for a field that is needed, or none that is wanted.
    """

    def __init__(self, columns: Sequence[str], wanted: Mapping[str, str] | None = None) -> None:
        self.available = [column for column in columns if column]
        self._wanted = wanted or {}
        self.fields = {each: column for each in Field if (column := self._column_of(each))}
        self._require_fields()
        self._entity_id = self.fields[Field.ENTITY_ID]
        self._sku = self.fields.get(Field.SKU, "")
        self._image_url = self.fields[Field.IMAGE_URL]
        named = self._wanted_names()
        self.further_pictures = [c for c in self.available if c not in named and _is_further(c)]
        named |= dict.fromkeys(self.further_pictures)
        self._names = _Names(named, is_open=ALL not in self._wanted)
        used = {*self.fields.values(), *self._wanted.values(), *self.further_pictures}
        self.attributes = [column for column in self.available if self._names[column]]
        self.left_out = [c for c in self.available if c not in used and not self._names[c]]
        self._has_list = _key(self._image_url) in _keys(_LISTS)

    def texts(self, values: Mapping[str, Value]) -> Texts:
        """What the columns say of a record."""
        names = self._names
        attributes = {
            name: text
            for column, value in values.items()
            if (name := names[column]) and (text := _text(value))
        }
        entity_id = _text(values.get(self._entity_id, ""))
        main, *further = self._pictures(values)
        return Texts(entity_id, _text(values.get(self._sku, "")), main, attributes, tuple(further))

    def _column_of(self, field: Field) -> str | None:
        if field in self._wanted:
            return self._require_column(self._wanted[field]) if self._wanted[field] else None
        found = {_key(column): column for column in reversed(self.available)}
        known = (found[_key(name)] for name in USUAL_NAMES[field] if _key(name) in found)
        return next(known, self._first_numbered() if field is Field.IMAGE_URL else None)

    def _first_numbered(self) -> str | None:
        """The first of columns such as ``Image 1`` and ``Image 2``, where no other has pictures."""
        return next(filter(_is_numbered, self.available), None)

    def _require_column(self, name: str) -> str:
        """The column of this name, or of one that differs in case and punctuation alone."""
        if name in self.available:
            return name
        for column in self.available:
            if _key(column) == _key(name):
                return column
        raise self._refusal(f"There is no column {name!r}.", "")

    def _require_fields(self) -> None:
        for field, example in ((Field.ENTITY_ID, "id"), (Field.IMAGE_URL, "image_link")):
            if field not in self.fields:
                raise self._refusal(
                    f"No column is known to have the {field}.",
                    f" Call one of them {field} or {example}, or say in columns which it is: "
                    f"{field}=COLUMN.",
                )

    def _refusal(self, flaw: str, advice: str) -> ColumnsError:
        shown = ", ".join(self.available)[:_MAX_SHOWN].encode("utf-8", "replace").decode()
        has = f"The catalogue has the columns: {shown or 'none'}."
        return ColumnsError(f"{flaw} {has}{advice}", self.available)

    def _wanted_names(self) -> dict[str, str | None]:
        """Column → the attribute that it becomes, for columns about which that is decided."""
        names: dict[str, str | None] = dict.fromkeys(self.fields.values())
        for name, column in self._wanted.items():
            if name in {*Field, ALL}:
                continue
            if column:
                names[self._require_column(column)] = name
            else:
                names[self._require_column(name)] = None
        return names

    def _pictures(self, values: Mapping[str, Value]) -> list[str]:
        """The addresses of all pictures, each once; where there is none, what stands instead."""
        main = addresses_in(values.get(self._image_url, ""), is_list=self._has_list)
        if len(main) == 1 and not self.further_pictures:
            return main
        cells = (values.get(column, "") for column in self.further_pictures)
        further = [address for cell in cells for address in addresses_in(cell, is_list=True)]
        found = dict.fromkeys(address for address in (*main, *further) if is_picture(address))
        return list(found) or [*main, ""][:1]


class _Names(dict[str, str | None]):
    """Column → name of its attribute, or ``None``; further columns are met in the records."""

    def __init__(self, known: Mapping[str, str | None], *, is_open: bool) -> None:
        super().__init__(known)
        self._is_open = is_open

    def __missing__(self, column: str) -> str | None:
        is_left_out = _is_further(column) or _key(column).rstrip(_DIGITS) in _keys(LONG_TEXTS)
        self[column] = column if self._is_open and column and not is_left_out else None
        return self[column]


def _is_further(column: str) -> bool:
    """Return whether a column has further pictures."""
    return _key(column).rstrip(_DIGITS) in _keys(FURTHER_PICTURES) or _is_numbered(column)


def _is_numbered(column: str) -> bool:
    key = _key(column)
    name = key.rstrip(_DIGITS)
    return name != key and name in _keys(USUAL_NAMES[Field.IMAGE_URL])


def _text(value: Value) -> str:
    return value.strip() if isinstance(value, str) else ", ".join(value)


def _key(name: str) -> str:
    """A name without case, punctuation and Google's namespace."""
    return "".join(filter(str.isalnum, name.lower().removeprefix("g:")))


@cache
def _keys(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(_key, names))
