"""The contract, its interactive documentation and the web page. None of them loads other files."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from importlib import resources
from threading import Lock

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.swagger_ui import generate_swagger_html

from lookalike.http.routing import new_router
from lookalike.matching.finding import Verdict

HTML = "text/html; charset=utf-8"
_SWAGGER = "aws_lambda_powertools.event_handler.openapi.swagger_ui"
_PAGE_POLICY = (
    "default-src 'none'; connect-src 'self'; img-src http: https: data: blob:;"
    " script-src 'unsafe-inline'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'"
)
"""Policy of what the web page may load: pictures from anywhere, and nothing else beside itself."""
_DOCS_POLICY = _PAGE_POLICY.replace("img-src http: https: data: blob:", "img-src data:")
"""Policy of the docs: everything is in the page, and nothing but this service is asked."""


def page_routes(write_contract: Callable[[], str]) -> Router:
    """The routes ``/openapi.json``, ``/docs`` and ``/``.

    Args:
        write_contract: the OpenAPI document as JSON text; called once, at the first request for it.
    """
    router = new_router()
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
        return _html(_page(), _PAGE_POLICY)

    return router


def _html(body: str, policy: str) -> Response[str]:
    headers: dict[str, str | list[str]] = {"Content-Security-Policy": policy}
    return Response(status_code=200, content_type=HTML, headers=headers, body=body)


def _once(write: Callable[[], str]) -> Callable[[], str]:
    """The text, written at the first call so that a start does not wait for it."""
    lock = Lock()
    written = cache(write)

    def text() -> str:
        with lock:
            return written()

    return text


@cache
def _page() -> str:
    """The web page with the verdicts in words."""
    page = resources.files(__package__).joinpath("page.html").read_text(encoding="utf-8")
    verdicts = {verdict: verdict.words.capitalize() for verdict in Verdict}
    return page.replace("VERDICTS = {}", f"VERDICTS = {json.dumps(verdicts)}")


def _docs(contract: str) -> str:
    """Swagger UI in one file. ``</`` is escaped, since it would end the script of the contract."""
    files = resources.files(_SWAGGER)
    script = files.joinpath("swagger-ui-bundle.min.js").read_text(encoding="utf-8")
    style = files.joinpath("swagger-ui.min.css").read_text(encoding="utf-8")
    page = generate_swagger_html(contract.replace("</", "<\\/"), script, style, "", None)
    # Powertools expects the contract at the page itself. The address is absolute, since Swagger UI
    # resolves the address of the server against it.
    address = 'new URL("openapi.json", currentUrl).href'
    return page.replace('currentUrl.pathname + "?format=json"', address)
