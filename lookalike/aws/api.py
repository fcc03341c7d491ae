"""The parts that the functions behind the API share: reading pictures, and answering requests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, CORSConfig
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.api.uploads.service import UploadFetcher, Uploads
from lookalike.aws.entry_point import Answer, Event, Handler, is_snapshotted
from lookalike.http.pictures import PictureReader
from lookalike.http.resolver import with_routes
from lookalike.images.fetching.connections import Connections
from lookalike.images.fetching.fetcher import CatalogueFetcher
from lookalike.images.fetching.web import WebFetcher
from lookalike.images.isolation.pool import DecodePool
from lookalike.images.preparation import PreparedPicture, prepare

_DECODINGS_AT_ONCE = 1
"""A function has one core, and memory for a few large pictures, but not for a batch of them."""


def picture_decoder() -> Callable[[bytes], PreparedPicture]:
    """What decodes pictures: a process of its own, which the snapshot of the function contains.

    Without a snapshot, a first check would have to wait for the process, whose libraries are
    compiled first; pictures are then decoded in the function, within the same limits of size.
    """
    return DecodePool(_DECODINGS_AT_ONCE).prepare if is_snapshotted() else prepare


def picture_reader(
    uploads: Uploads,
    decoder: Callable[[bytes], PreparedPicture],
    *,
    allow_private_hosts: bool,
) -> PictureReader:
    """Reads pictures that callers send, have uploaded, or name by address."""
    web = CatalogueFetcher(WebFetcher(Connections(allow_private_hosts=allow_private_hosts)))
    fetcher = UploadFetcher(uploads, web)
    return PictureReader(fetcher, decoder, at_once=_DECODINGS_AT_ONCE)


def resolver(routers: Iterable[Router], cors_origin: str | None = None) -> APIGatewayRestResolver:
    """The resolver of the gateway's requests.

    Args:
        routers: the routes.
        cors_origin: the site whose pages may read answers; ``None``: no other site. Preflight
            requests of browsers are answered by the gateway.
    """
    cors = CORSConfig(cors_origin) if cors_origin else None
    return with_routes(
        APIGatewayRestResolver(enable_validation=True, debug=False, cors=cors), routers
    )


def api_handler(app: APIGatewayRestResolver, metrics: Metrics) -> Handler:
    """The handler that calls the resolver, and counts answers by class of status.

    Answers have the form that API Gateway takes from a function, in which a body is always a text:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format
    """

    def handle(event: Event, context: LambdaContext) -> Answer:
        answer = app.resolve(event, context)
        answer["body"] = answer["body"] or ""  # the gateway takes only texts
        metrics.add_metric(f"Status{answer['statusCode'] // 100}xx", MetricUnit.Count, 1)
        return answer

    return handle


def release() -> str:
    """The deployed version of this program, which is the version of the function."""
    return os.environ.get("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
