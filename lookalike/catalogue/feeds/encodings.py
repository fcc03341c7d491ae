"""The encoding of a text file, and its lines."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import IO

from lookalike.errors import BadParameterError, CatalogueError

UTF_8 = "utf-8"
WINDOWS = "cp1252"
MAX_LINE = 1 << 20
"""Characters. What has longer lines is no table of products."""
_MARKS = {
    codecs.BOM_UTF8: UTF_8,
    codecs.BOM_UTF32_LE: "utf-32",  # begins with the mark of UTF-16
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_BLOCK = 1 << 20
_NAMES = {UTF_8: "UTF-8", WINDOWS: "Windows-1252"}


def encoding_in_words(encoding: str) -> str:
    """The usual name of an encoding."""
    return _NAMES.get(encoding, encoding.upper())


def require_encoding(name: str) -> str:
    """The name of an encoding, as Python knows it.

    Raises:
        BadParameterError: there is no such encoding of text.
    """
    try:
        "".encode(name)
        return codecs.lookup(name).name
    except (LookupError, ValueError) as error:
        raise BadParameterError(
            f"There is no encoding called {name}. Usual ones are utf-8, cp1252 and utf-16."
        ) from error


def encoding_of(file: IO[bytes]) -> str:
    """Find out the encoding of a text file, and return to its beginning.

    A byte order mark, or the zeros of UTF-16 without one, decide. Else it is UTF-8, or, where
    nothing but ASCII is UTF-8, Windows-1252. Both can be told apart with certainty, as other
    encodings cannot.
    """
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return encoding
    if head[1::2] == b"\0\0" and b"\0" not in head[::2]:
        return "utf-16-le"
    if head[::2] == b"\0\0" and b"\0" not in head[1::2]:
        return "utf-16-be"
    try:
        return WINDOWS if _is_windows(file) else UTF_8
    finally:
        file.seek(0)


def _is_windows(file: IO[bytes]) -> bool:
    """Whether some bytes are not UTF-8, but all of Windows-1252, and no character is both."""
    decoder = codecs.getincrementaldecoder(UTF_8)("surrogateescape")
    is_utf_8 = True
    for block in chain(iter(partial(file.read, _BLOCK), b""), [b""]):
        if (text := decoder.decode(block, final=not block)).isascii():
            continue
        if any("\x7f" < character < "\udc80" or character > "\udcff" for character in set(text)):
            return False
        is_utf_8 = False
        with suppress(UnicodeDecodeError):
            # Of the text, not of the block: what a block begins may be undecided until the next.
            text.encode(UTF_8, "surrogateescape").decode(WINDOWS)
            continue
        return False
    return not is_utf_8


def text_lines(file: IO[bytes], encoding: str) -> Iterator[str]:
    """Yield the lines of a text file with their ends; the file stays open.

    Bytes that are not UTF-8 become lone surrogates, so that they cost their row alone.

    Raises:
        CatalogueError: the file is not in another encoding, or has no lines.
    """
    errors = "surrogateescape" if encoding == UTF_8 else "strict"
    text = io.TextIOWrapper(file, encoding, errors=errors, newline="")
    try:
        yield text.readline(MAX_LINE).removeprefix("\ufeff")
        for line in iter(partial(text.readline, MAX_LINE), ""):
            if len(line) == MAX_LINE:
                raise CatalogueError(f"The catalogue has a line of over {MAX_LINE} characters.")
            yield line
    except UnicodeError as error:
        raise CatalogueError(
            f"The catalogue cannot be read as {encoding_in_words(encoding)} to its end: it is "
            "damaged or in another encoding. Save it in UTF-8."
        ) from error
    finally:
        with suppress(ValueError):  # closed meanwhile
            text.detach()
