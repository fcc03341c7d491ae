"""Examples in the contract, which work when they are tried on the sample catalogue."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler.openapi.models import Example

SAMPLE_URL = "http://127.0.0.1:8080/pictures/edited/cropped-and-mirrored.jpg"
"""An edited copy of a sample photograph, where ``make run`` serves it."""
ORIGINAL_URL = "http://127.0.0.1:8080/pictures/photos/01612828-969f-478e-a7da-95f2059bd663.jpg"
"""The sample photograph that it is a copy of."""
ENTITY_ID = "1a837d72-8a6b-487b-aa36-b3c2d19a8af5"
"""A product of the sample catalogue."""
ANOTHER_ENTITY_ID = "0a77dbed-06fb-4ba7-b1e3-24f3a41498bc"
"""Another one."""
THUMBNAIL = (
    "UklGRvQAAABXRUJQVlA4IOgAAACwBwCdASowAEAAPvVmrVAqpaSjN/jtUVAeiWcA0QhyZCC777pDf3yQrFeGfte6wO"
    "e2WP3EgKQqADlU+bn2pI67QYM8MFSgAP1R0IppWXjtvHaePf0hwsg7XhsdoNE6aq/bTRCCyy2ymTcIbhifQNd7QKpW"
    "9D8oSTVlsue99ynw6VXqUfOvZBHoHJhbgCQqtUldZ743kbeu2w7bRNvcpLgAZoCrwXeU1C1aP+mPH3wI0w11zNjyOe"
    "3+EX4l3ja/NlxVE2npwZN+hGUsa41ZIXy923aHVCybKh5/2GJLEGCwx1ZFWCDJyHgA"
)
"""A sample photograph (0a77dbed-…), reduced to 48 x 64 pixels of WebP, in base64."""

EVENT: dict[str, Any] = {
    "id": "evt_0b5d8a5f4c4e4f0f9d5d2d3a6f1c7e21",
    "type": "picture.registered",
    "timestamp": "2026-11-22T10:15:30.123456Z",
    "data": {
        "entity_id": ENTITY_ID,
        "sku": "SKU-1",
        "images": [{"image_url": ORIGINAL_URL, "fingerprint_id": "3c1f"}],
        "outcome": "created",
    },
}
"""An event that a product was stored."""


def pictures(**more: object) -> dict[str, Example]:
    """A body with the address of a picture, and one with the picture itself.

    Args:
        more: what else both bodies have.
    """
    return {
        "picture": Example(
            summary="A small picture in the request", value={"image_base64": THUMBNAIL, **more}
        ),
        "address": Example(
            summary="The address of a sample picture (served by `make run`)",
            value={"image_url": SAMPLE_URL, **more},
        ),
    }


def shown(examples: dict[str, Example]) -> dict[str, Any]:
    """Examples as a body shows them that a route declares itself."""
    return {name: example.model_dump(exclude_none=True) for name, example in examples.items()}
