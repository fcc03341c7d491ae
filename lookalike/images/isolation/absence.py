"""What becomes of a picture where no decoder can be started."""

from __future__ import annotations

import os

from lookalike.errors import TransientError
from lookalike.images.preparation import PreparedPicture, prepare

IN_PROCESS_VARIABLE = "LOOKALIKE_DECODE_IN_PROCESS"
"""The environment variable (``1``) by which the operator lets the process itself decode then. A
picture that nobody foresaw may end that process, or take it over."""
INSTEAD = {True: "this process decodes pictures", False: "pictures are refused"}


class DecoderUnavailableError(TransientError):
    """No process can be started in which pictures are decoded."""

    code = "decoder_unavailable"
    title = "No decoder"

    def __init__(self) -> None:
        super().__init__("Pictures cannot be decoded at the moment. The log says why.")


def may_decode_here() -> bool:
    """Whether the operator lets this process decode where no decoder can be started."""
    return os.environ.get(IN_PROCESS_VARIABLE) == "1"


def prepare_without_decoder(data: bytes, *, in_process: bool) -> PreparedPicture:
    """Prepare the picture in this process, or refuse to.

    Raises:
        ImageError: the picture is refused.
        DecoderUnavailableError: this process may not decode.
    """
    if not in_process:
        raise DecoderUnavailableError
    return prepare(data)
