"""Keeps indices in step with the tables, by their streams."""

from __future__ import annotations

import json

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.stream_mapping import stream_mapping
from lookalike.storage.dynamodb.schema import FINGERPRINT_ID, STATE

_IS_PRODUCT = {name: {"S": [{"exists": True}]} for name in (FINGERPRINT_ID, STATE)}
_PRODUCTS = (
    json.dumps({"dynamodb": {"NewImage": _IS_PRODUCT}}),
    json.dumps({"eventName": ["REMOVE"], "dynamodb": {"OldImage": _IS_PRODUCT}}),
)
"""Registered products: items that stand for their further pictures have no state."""


class Sync(Construct):
    """The mapping of the pictures' stream, which the index of pictures follows.

    Records that fail are retried as ``stream_mapping`` says. The function itself puts records that
    can never be applied into the bucket at once.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        pictures: dynamodb.ITable,
        failed_records: s3.IBucket,
        *,
        follower: lambda_.IFunction,
    ) -> None:
        super().__init__(scope, construct_id)
        stream_mapping(
            self,
            pictures,
            follower,
            failed_records.bucket_arn,
            parallelization_factor=4,
            metrics=["EventCount"],
        )


class LooksSync(Construct):
    """The mapping of the products' stream, which the index of products by looks follows."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        products: dynamodb.ITable,
        failed_records: s3.IBucket,
        *,
        follower: lambda_.IFunction,
    ) -> None:
        super().__init__(scope, construct_id)
        stream_mapping(
            self,
            products,
            follower,
            failed_records.bucket_arn,
            patterns=_PRODUCTS,
            parallelization_factor=4,
        )
