"""An emulated AWS for stream and reconciliation."""

from __future__ import annotations

from tests.unit.aws import aws, dynamodb, failed_records, s3

__all__ = ["aws", "dynamodb", "failed_records", "s3"]
