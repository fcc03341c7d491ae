"""How the contract shows a body that is a picture, in every form that requests take."""

from __future__ import annotations

from lookalike.http import bodies, contract, examples
from lookalike.http.pictures import PictureReference

PICTURE_BODY = contract.request_body(
    "The picture as JSON, as the field `image` of a form, or as the image file itself.",
    {
        bodies.JSON: {
            "schema": PictureReference.model_json_schema(),
            "examples": examples.shown(examples.pictures()),
        },
        bodies.FORM: {"schema": contract.further_form("image")},
        "image/*": {"schema": contract.BINARY},
        "application/octet-stream": {"schema": contract.BINARY},
    },
)
