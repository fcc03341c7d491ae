"""The Lambda behind ``/products``, ``/decisions``, ``/imports`` and ``/duplicates``."""

from __future__ import annotations

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.logging import correlation_paths

from lambdas.manage_products.wiring import manage_products
from lookalike.aws.api import api_handler, picture_decoder
from lookalike.aws.entry_point import Handler, entry_point, is_snapshotted
from lookalike.aws.registered_pictures import build_fingerprinter
from lookalike.aws.settings import ProductSettings, read_settings
from lookalike.aws.warming import warm_up_fingerprinter
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter


def _build(metrics: Metrics) -> Handler:
    settings = read_settings(ProductSettings)
    fingerprinter = build_fingerprinter(settings)
    decoder = picture_decoder()
    if is_snapshotted():
        warm_up_fingerprinter(PictureFingerprinter(fingerprinter.network), decoder)
    return api_handler(manage_products(settings, fingerprinter, decoder), metrics)


handler = entry_point("manage_products", _build, correlation_paths.API_GATEWAY_REST)
