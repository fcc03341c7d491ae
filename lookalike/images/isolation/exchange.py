"""What the service and a decoder tell each other about one picture.

Both share a piece of memory. The service puts the file into it and says how many bytes it has; the
decoder puts the pixels in its place, and answers in JSON. Nothing is unpickled: an answer may come
from a decoder that a picture has taken over.
"""

from __future__ import annotations

import json
from mmap import mmap
from typing import Any, cast

from PIL import Image

from lookalike.errors import ImageError
from lookalike.images.borders import Box
from lookalike.images.limits import MAX_BYTES, MAX_SIDE
from lookalike.images.preparation import MAX_PREPARED_PIXELS, PreparedPicture

_BYTES_PER_PIXEL = 4
"""Pillow's own layout of RGB (RGBX), in which pixels are copied as they are."""
_STRIP = 64
"""Rows that are copied at once: a copy of the whole takes three times as long, since the system has
to find and clear memory for it."""
MEMORY_BYTES = max(MAX_BYTES, _BYTES_PER_PIXEL * (MAX_PREPARED_PIXELS + 2 * MAX_SIDE))
"""Shared by the service and one decoder; what no picture has needed takes no memory. Reduced sides
are rounded up."""
MAX_MESSAGE = 4096
"""Bytes of a message: a system passes on as many as one piece."""
READY = b"ready"
_MAX_DETAIL = 300
"""Characters, which may take twelve bytes each in JSON."""


class BadAnswerError(Exception):
    """An answer that no decoder of ours gives."""


def put_file(memory: mmap, data: bytes) -> bytes:
    """Put a file into the memory; returns the message about it."""
    memory[: len(data)] = data
    return str(len(data)).encode()


def get_file(memory: mmap, message: bytes) -> bytes:
    """Copy the file that a message is about."""
    return memory[: int(message)]


def put_picture(memory: mmap, picture: PreparedPicture) -> dict[str, object]:
    """Put the pixels into the memory; returns the answer, to which others may add."""
    width, height = picture.whole.size
    start = 0
    for top in range(0, height, _STRIP):
        strip = picture.whole.crop((0, top, width, min(top + _STRIP, height)))
        pixels = strip.tobytes("raw", "RGBX")
        memory[start : start + len(pixels)] = pixels
        start += len(pixels)
    return {
        "whole": picture.whole.size,
        "trim_box": picture.trim_box,
        "size": (picture.width, picture.height),
    }


def refusal(error: ImageError) -> dict[str, object]:
    """The answer that refuses a picture."""
    return {"code": error.code, "detail": error.detail[:_MAX_DETAIL]}


def message_of(answer: dict[str, object]) -> bytes:
    """An answer as it is sent."""
    return json.dumps(answer).encode()


def answer_of(message: bytes) -> dict[str, Any]:
    """Read an answer.

    Raises:
        BadAnswerError: it is none.
    """
    try:
        answer = json.loads(message)
    except ValueError as error:
        raise BadAnswerError(str(error)) from error
    if not isinstance(answer, dict):
        raise BadAnswerError("no object")
    return answer


def resident_of(answer: dict[str, Any]) -> int:
    """The bytes of memory that the decoder says to hold.

    Raises:
        BadAnswerError: it says nothing of the kind.
    """
    return _integers([answer.get("resident")], 1)[0]


def get_picture(memory: mmap, answer: dict[str, Any]) -> PreparedPicture:
    """Copy the picture that an answer is about.

    Raises:
        ImageError: the answer refuses it.
        BadAnswerError: the answer cannot be true.
    """
    if "code" in answer:
        raise _error_of(answer)
    whole, box, size = (
        _integers(answer.get(name), count)
        for name, count in (("whole", 2), ("trim_box", 4), ("size", 2))
    )
    needed = _BYTES_PER_PIXEL * whole[0] * whole[1]
    is_within = 0 <= box[0] < box[2] <= whole[0] and 0 <= box[1] < box[3] <= whole[1]
    if not (is_within and min(size) > 0 and needed <= MEMORY_BYTES):
        raise BadAnswerError("absurd sizes")
    with memoryview(memory)[:needed] as pixels:
        image = Image.frombytes("RGB", (whole[0], whole[1]), pixels, "raw", "RGBX")
    return PreparedPicture(image, cast("Box", box), width=size[0], height=size[1])


def _error_of(answer: dict[str, Any]) -> ImageError:
    kinds = {kind.code: kind for kind in ImageError.__subclasses__()}
    code, detail = answer["code"], answer.get("detail")
    if not isinstance(code, str) or code not in kinds or not isinstance(detail, str):
        raise BadAnswerError("an unknown refusal")
    return kinds[code](detail)


def _integers(value: object, count: int) -> tuple[int, ...]:
    if not isinstance(value, list) or [type(item) for item in value] != [int] * count:
        raise BadAnswerError("no sizes")
    return tuple(value)
