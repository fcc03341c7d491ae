"""Registers what other programs write into the products table."""

from __future__ import annotations

import json

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.sync import MAX_RECORD_AGE
from lookalike.storage.dynamodb.schema import FINGERPRINT_ID
from lookalike.storage.dynamodb.written_items import IMAGE_URL

_STARTING = "TRIM_HORIZON"
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
    """The mapping of the products' stream. What fails is retried as in ``Sync``."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        products: dynamodb.ITable,
        registrar: lambda_.IFunction,
        failed_records: s3.IBucket,
    ) -> None:
        super().__init__(scope, construct_id)
        mapping = lambda_.CfnEventSourceMapping
        mapping(
            self,
            "Stream",
            event_source_arn=products.table_stream_arn,
            function_name=registrar.function_arn,
            starting_position=_STARTING,
            batch_size=20,
            maximum_batching_window_in_seconds=1,
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=-1,
            maximum_record_age_in_seconds=int(MAX_RECORD_AGE.to_seconds()),
            function_response_types=["ReportBatchItemFailures"],
            filter_criteria=mapping.FilterCriteriaProperty(
                filters=[mapping.FilterProperty(pattern=_WRITTEN_BY_OTHERS)]
            ),
            destination_config=mapping.DestinationConfigProperty(
                on_failure=mapping.OnFailureProperty(destination=failed_records.bucket_arn)
            ),
        )
