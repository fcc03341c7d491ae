"""The contract, its interactive documentation, and the web page with the files that it loads."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from importlib import resources
from threading import Lock

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.swagger_ui import generate_swagger_html

from lookalike.http.page_files import PageFiles
from lookalike.http.routing import new_router

_Headers = dict[str, str | list[str]]
HTML = "text/html; charset=utf-8"
_SWAGGER = "aws_lambda_powertools.event_handler.openapi.swagger_ui"
_POLICY = (
    "default-src 'none'; connect-src 'self'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none';"
)
_PAGE_POLICY = (
    f"{_POLICY} script-src 'self'; style-src 'self'; font-src data:;"
    " img-src 'self' http: https: data: blob:; require-trusted-types-for 'script'"
)
"""Policy of what the web page may load: its own files, and pictures from anywhere."""
_DOCS_POLICY = f"{_POLICY} script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
"""Policy of the docs: everything is in the page, and nothing but this service is asked."""
_UNCHANGING = "public, max-age=31536000, immutable"
"""Of files with a digest of their content in their name."""
_VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">'


def page_routes(write_contract: Callable[[], str], files: PageFiles | None = None) -> Router:
    """The routes ``/openapi.json``, ``/docs``, ``/`` and ``/assets/{name}``.

    Args:
        write_contract: the OpenAPI document as JSON text; called once, at the first request for it.
        files: the files of the web page; those of the package by default.
    """
    router = new_router()
    page = files or PageFiles()
    contract = _once(write_contract)
    docs = _once(lambda: _docs(contract()))

    @router.get("/openapi.json", include_in_schema=False)
    def get_contract() -> Response[str]:
        return Response(status_code=200, content_type="application/json", body=contract())

    @router.get("/docs", include_in_schema=False)
    def get_docs() -> Response[str]:
        return _html(docs(), _DOCS_POLICY)

    @router.get("/", include_in_schema=False)
    def get_page() -> Response[str]:
        return _html(page.index(), _PAGE_POLICY)

    @router.get("/assets/<name>", include_in_schema=False)
    def get_asset(name: str) -> Response[str]:
        asset = page.asset(name)
        headers: _Headers = {"Cache-Control": _UNCHANGING, "X-Content-Type-Options": "nosniff"}
        return Response(HTTPStatus.OK.value, asset.content_type, asset.text, headers)

    return router


def _html(body: str, policy: str) -> Response[str]:
    headers: _Headers = {"Content-Security-Policy": policy, "Cache-Control": "no-cache"}
    return Response(status_code=200, content_type=HTML, headers=headers, body=body)


def _once(write: Callable[[], str]) -> Callable[[], str]:
    """The text, written at the first call so that a start does not wait for it."""
    lock = Lock()
    written = cache(write)

    def text() -> str:
        with lock:
            return written()

    return text


def _docs(contract: str) -> str:
    """Swagger UI in one file. ``</`` is escaped, since it would end the script of the contract."""
    files = resources.files(_SWAGGER)
    script = files.joinpath("swagger-ui-bundle.min.js").read_text(encoding="utf-8")
    style = files.joinpath("swagger-ui.min.css").read_text(encoding="utf-8")
    page = generate_swagger_html(contract.replace("</", "<\\/"), script, style, "", None)
    # Powertools expects the contract at the page itself. The address is absolute, since Swagger UI
    # resolves the address of the server against it.
    address = 'new URL("openapi.json", currentUrl).href'
    page = page.replace("<head>", f"<head>{_VIEWPORT}", 1)
    return page.replace('currentUrl.pathname + "?format=json"', address)
