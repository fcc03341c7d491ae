"""What names a picture in requests."""

from __future__ import annotations

from typing import Annotated

from lookalike.mistakes import Form

FingerprintId = Annotated[
    str,
    Form("^[0-9a-f]{32}$", "must be a fingerprint_id of 32 hexadecimal digits, in lower case"),
]
