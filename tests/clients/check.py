"""A user of the generated client: checks pictures, stores a product and loads a catalogue."""

from __future__ import annotations

import json
import sys
from typing import Any

import openapi_client as client
from openapi_client.exceptions import NotFoundException


def main(image_url: str, image_base64: str) -> dict[str, Any]:
    """What the client was answered."""
    checks, products = client.ChecksApi(), client.ProductsApi()
    answer = checks.check_picture_by_url(image_url, top=3)
    picture = client.PictureReference(client.PictureReferenceInBase64(image_base64=image_base64))
    described = client.ProductRequestInBase64(image_base64=image_base64, attributes={"a": "b"})
    stored = products.put_product("a/b", client.ProductRequest(described))
    products.delete_product("a/b")
    run = client.ImportsApi().start_import(("shop.csv", b"entity_id,image_url\n1,x\n"))
    return {
        "is_duplicate": answer.is_duplicate,
        "verdict": answer.matches[0].verdict,
        "width": checks.check_picture(picture, min_match=0).query.width,
        "stored": stored.attributes,
        "problem": _problem_of_deleted(products),
        "import": run.state,
    }


def _problem_of_deleted(products: client.ProductsApi) -> str:
    try:
        products.get_product("a/b")
    except NotFoundException as error:
        return str(error.data.code)
    return "none"


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))  # noqa: T201 - read by the test
