"""A process in place of DynamoDB: two tables in memory, with the operations of a check."""

from __future__ import annotations

import argparse
import base64
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from lookalike.storage.dynamodb.attributes import Item

PICTURES, PRODUCTS = "pictures", "products"


def to_json(pictures: Sequence[Item], products: Sequence[Item]) -> str:
    """The tables as JSON for this process, with binary values encoded as DynamoDB sends them."""
    return json.dumps({PICTURES: pictures, PRODUCTS: products}, default=_encoded)


def _encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()


class Tables:
    """Answers ``BatchGetItem`` of pictures and ``Query`` of the products by picture."""

    def __init__(self, tables: Mapping[str, Sequence[Item]]) -> None:
        self._pictures = {item["fingerprint_id"]["S"]: item for item in tables[PICTURES]}
        self._products = defaultdict[str, list[Item]](list)
        for item in tables[PRODUCTS]:
            self._products[item["fingerprint_id"]["S"]].append(item)

    def answer(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of DynamoDB to a request.

        Raises:
            LookupError: a check does not send such requests.
        """
        if operation == "Query":
            [value] = request["ExpressionAttributeValues"].values()
            return {"Items": self._products.get(value["S"], [])}
        keys = [key["fingerprint_id"]["S"] for key in request["RequestItems"][PICTURES]["Keys"]]
        found = [self._pictures[key] for key in keys if key in self._pictures]
        return {"Responses": {PICTURES: found}, "UnprocessedKeys": {}}


def _handler(tables: Tables) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - of the base
            """Write no log."""

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            operation = self.headers["X-Amz-Target"].rpartition(".")[2]
            content = json.dumps(tables.answer(operation, request)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Handler


def main() -> None:
    """Serve on a free port until SIGTERM, and print the address."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", type=Path)
    tables = Tables(json.loads(parser.parse_args().tables.read_text("utf-8")))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(tables))
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
