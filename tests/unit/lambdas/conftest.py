"""An emulated AWS for the functions."""

from __future__ import annotations

from tests.unit.aws import aws, deployed, dynamodb, failed_records, s3

__all__ = ["aws", "deployed", "dynamodb", "failed_records", "s3"]
