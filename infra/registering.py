"""Registers what other programs write into the products table."""

from __future__ import annotations

import json

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.stream_mapping import stream_mapping
from lookalike.storage.dynamodb.schema import FINGERPRINT_ID
from lookalike.storage.dynamodb.written_items import IMAGE_URL

_WRITTEN_BY_OTHERS = json.dumps(
    {
        "dynamodb": {
            "NewImage": {
                FINGERPRINT_ID: {"S": [{"exists": False}]},
                IMAGE_URL: {"S": [{"exists": True}]},
            }
        }
    }
)
"""Each product that is registered has a fingerprint: our own writes call nobody."""


class Registering(Construct):
    """The mapping of the products' stream. What fails is retried as ``stream_mapping`` says."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        products: dynamodb.ITable,
        registrar: lambda_.IFunction,
        failed_records: s3.IBucket,
    ) -> None:
        super().__init__(scope, construct_id)
        stream_mapping(
            self,
            products,
            registrar,
            failed_records.bucket_arn,
            batch_size=20,
            patterns=[_WRITTEN_BY_OTHERS],
        )
