"""A decoder that no picture survives, as on a system that allows it less than it needs."""

from __future__ import annotations

import os

from lookalike.images.isolation.decoder import main
from lookalike.images.preparation import PreparedPicture


def _prepare(_data: bytes) -> PreparedPicture:
    os._exit(1)


if __name__ == "__main__":
    main(_prepare)
