"""Catalogues as JSON: a list of objects, or an object in each line."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import IO

import ijson

from lookalike.catalogue.exports.columns import as_feed
from lookalike.catalogue.feeds.encodings import UTF_8, text_lines
from lookalike.catalogue.feeds.feed import Feed, Record, surveyed
from lookalike.catalogue.feeds.values import values_of
from lookalike.errors import CatalogueError

_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
"""Leaves numbers as they are written."""


def open_json_lines(file: IO[bytes], encoding: str) -> Feed:
    """Open JSON Lines; a later line that is no object costs its product alone.

    Raises:
        CatalogueError: the first line is no object.
    """
    return surveyed("JSON Lines", _lines(file, encoding))


def _lines(file: IO[bytes], encoding: str) -> Iterator[Record]:
    for number, line in enumerate(text_lines(file, encoding), 1):
        record = _of_line(number, line) if line.strip() else None
        if record and record.flaw and number == 1:
            raise CatalogueError(
                "The first line is not a whole JSON object. A catalogue in JSON is a list of "
                "objects, or has an object in each line."
            )
        if record:
            yield record


def _of_line(number: int, line: str) -> Record:
    try:
        return _record(number, _DECODER.decode(line))
    except (ValueError, RecursionError):
        return Record(number, {}, "The line is not JSON.")


def _record(number: int, item: object) -> Record:
    if isinstance(item, dict):
        return Record(number, values_of(as_feed(item).items()))
    return Record(number, {}, "It is not a JSON object.")


def open_json_list(file: IO[bytes], encoding: str) -> Feed:
    """Open a JSON list of objects.

    Raises:
        CatalogueError: the file is not JSON in UTF-8.
    """
    if encoding != UTF_8:
        raise CatalogueError("A JSON list has to be in UTF-8. Save the catalogue in UTF-8.")
    has_mark = file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8
    file.seek(len(codecs.BOM_UTF8) if has_mark else 0)
    return surveyed("JSON", _items(file))


def _items(file: IO[bytes]) -> Iterator[Record]:
    try:
        for number, item in enumerate(ijson.items(file, "item"), 1):
            yield _record(number, item)
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise CatalogueError(
            "The catalogue is not JSON to its end: it is damaged, or ends too early."
        ) from error
