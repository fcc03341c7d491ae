"""Buckets: uploads, imports, records that could not be applied, snapshots of a small index."""

from __future__ import annotations

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.environments import Environment
from infra.log_groups import removal_policy
from lookalike.aws.run_items import KEPT_SECONDS
from lookalike.storage.index_kind import IndexKind

REQUEST_METRICS = "EntireBucket"
"""Id of the metrics configuration that counts requests to the bucket of failed records."""


class Buckets(Construct):
    """Private, encrypted buckets that answer only over TLS.

    Attributes:
        uploads: pictures and catalogues that callers put there by presigned address; deleted after
            a day.
        imports: catalogues, and what is left of their imports; deleted after 30 days.
        failed_records: stream records that could not be applied, until an operator replays them.
        snapshots: snapshots of a small index, which compactions remove; ``None``: there is none.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        environment: Environment,
        key: kms.IKey | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        policy = removal_policy(environment)
        self.uploads = private_bucket(
            self,
            "Uploads",
            key=key,
            removal_policy=policy,
            lifecycle_rules=[_expiring(Duration.days(1))],
            cors=_cors(environment.cors_origin),
        )
        self.imports = private_bucket(
            self,
            "Imports",
            key=key,
            removal_policy=policy,
            lifecycle_rules=[_expiring(Duration.seconds(KEPT_SECONDS))],
        )
        self.failed_records = private_bucket(
            self,
            "FailedRecords",
            key=key,
            removal_policy=policy,
            metrics=[s3.BucketMetrics(id=REQUEST_METRICS)],
        )
        unfinished = s3.LifecycleRule(abort_incomplete_multipart_upload_after=Duration.days(1))
        self.snapshots = (
            private_bucket(
                self,
                "Snapshots",
                key=key,
                removal_policy=policy,
                lifecycle_rules=[unfinished],
            )
            if environment.uses(IndexKind.SMALL)
            else None
        )


def private_bucket(  # noqa: PLR0913 - each is a property of the bucket
    scope: Construct,
    name: str,
    *,
    key: kms.IKey | None,
    removal_policy: RemovalPolicy,
    lifecycle_rules: list[s3.LifecycleRule] | None = None,
    cors: list[s3.CorsRule] | None = None,
    metrics: list[s3.BucketMetrics] | None = None,
) -> s3.Bucket:
    """An encrypted bucket that answers only over TLS."""
    return s3.Bucket(
        scope,
        name,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        encryption=s3.BucketEncryption.KMS if key else s3.BucketEncryption.S3_MANAGED,
        encryption_key=key,
        bucket_key_enabled=True if key else None,
        enforce_ssl=True,
        minimum_tls_version=1.2,
        removal_policy=removal_policy,
        lifecycle_rules=lifecycle_rules,
        cors=cors,
        metrics=metrics,
    )


def _expiring(after: Duration) -> s3.LifecycleRule:
    return s3.LifecycleRule(
        expiration=after, abort_incomplete_multipart_upload_after=Duration.days(1)
    )


def _cors(origin: str | None) -> list[s3.CorsRule] | None:
    """Pages of that site may put pictures."""
    if origin is None:
        return None
    return [
        s3.CorsRule(
            allowed_methods=[s3.HttpMethods.PUT],
            allowed_origins=[origin],
            allowed_headers=["content-type"],
        )
    ]
